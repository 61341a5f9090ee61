import type { Request } from 'express'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import { tagUrl } from '../../domain/statuses/render-post.ts'
import { listTaggedPosts } from '../../store/statuses.ts'
import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'
import { pager, postFeed } from '../parts/post-list.ts'
import { readPostPage, type Reader } from '../posts.ts'

/** What people here said in public under a tag; a tag that nobody used has a page too, since posts link to it. */
export async function tagPage(ctx: Reader, request: Request): Promise<Html> {
  const { config, db } = ctx
  const tag = normalizeTag(String(request.params['tag']).replaceAll('\0', ''))
  const shown = await readPostPage(ctx, request, (wanted) => listTaggedPosts(db, tag, wanted))
  const head = {
    title: `#${tag}`,
    siteName: config.handleDomain,
    description: `What people on ${config.handleDomain} say about #${tag}.`,
    canonical: tagUrl(config, tag),
    searchable: false,
  }
  const empty = markup`<p class="empty">Nobody here has said anything in public under this tag.</p>`
  return page(
    head,
    markup`<h1 class="tag" dir="auto">#${tag}</h1>
${shown.posts.length > 0 ? postFeed(ctx, shown.posts) : empty}
${pager(new URL(head.canonical).pathname, shown)}`,
  )
}
