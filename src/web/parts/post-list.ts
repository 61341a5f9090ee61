import type { Home } from '../../domain/accounts/addresses.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { markup, type Html } from '../html.ts'
import type { PostPage } from '../posts.ts'
import { postCard } from './post-card.ts'

export function postFeed(home: Home, posts: readonly StatusView[]): Html {
  return markup`<div class="h-feed feed">
${posts.map((view) => postCard(home, view))}</div>`
}

/** The way to what is older, and back to the newest. */
export function pager(path: string, { before, older }: PostPage): Html | undefined {
  if (before === undefined && older === undefined) return undefined
  return markup`<nav class="pager" aria-label="Pages">
${before !== undefined && markup`<a href="${path}">Newest posts</a>`}
${older !== undefined && markup`<a rel="next" href="${path}?before=${older}">Older posts</a>`}
</nav>`
}
