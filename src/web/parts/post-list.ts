import type { StatusView } from '../../domain/statuses/view.ts'
import { markup, type Html } from '../html.ts'
import type { Site } from '../media.ts'
import type { PostPage } from '../posts.ts'
import { postCard } from './post-card.ts'

export function postFeed(site: Site, posts: readonly StatusView[]): Html {
  return markup`<div class="h-feed feed">
${posts.map((view) => postCard(site, view))}</div>`
}

/** The way to what is older, and back to the newest. */
export function pager(path: string, { before, older }: PostPage): Html | undefined {
  if (before === undefined && older === undefined) return undefined
  return markup`<nav class="pager" aria-label="Pages">
${before !== undefined && markup`<a href="${path}">Newest posts</a>`}
${older !== undefined && markup`<a rel="next" href="${path}?before=${older}">Older posts</a>`}
</nav>`
}
