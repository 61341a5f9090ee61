import type { Request } from 'express'
import { actorUrl } from '../../domain/accounts/addresses.ts'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import { listActorStatusIds } from '../../store/actor-statuses.ts'
import type { Actor } from '../../store/actors.ts'
import { listStatuses, type Page, type Status } from '../../store/statuses.ts'
import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'
import { nameOf } from '../parts/avatar.ts'
import { pager, postFeed } from '../parts/post-list.ts'
import { readPostPage, type Reader } from '../posts.ts'
import { getPerson } from './profile.ts'

/** What somebody here said in public under a tag, to which the tags on their profile lead. */
export async function accountTagPage(ctx: Reader, request: Request): Promise<Html> {
  const actor = await getPerson(ctx, String(request.params['name']))
  const tag = normalizeTag(String(request.params['tag']).replaceAll('\0', ''))
  const shown = await readPostPage(ctx, request, (wanted) => listTagged(ctx, actor, tag, wanted))
  const canonical = `${actorUrl(ctx.config, actor)}/tagged/${encodeURIComponent(tag)}`
  const head = {
    title: `#${tag} by ${nameOf(actor)}`,
    siteName: ctx.config.handleDomain,
    description: `What ${nameOf(actor)} says about #${tag}.`,
    canonical,
    searchable: false,
  }
  const empty = markup`<p class="empty">${nameOf(actor)} has not said anything in public under this tag.</p>`
  return page(
    head,
    markup`<h1 class="tag" dir="auto">#${tag}</h1>
<p>by <a href="/@${actor.username}">${nameOf(actor)}</a></p>
${shown.posts.length > 0 ? postFeed(ctx, shown.posts) : empty}
${pager(new URL(canonical).pathname, shown)}`,
  )
}

async function listTagged(
  { db }: Reader,
  { id: actorId }: Actor,
  tag: string,
  { before, limit }: Page,
): Promise<Status[]> {
  const kinds = { withoutReplies: false, withoutBoosts: true, onlyMedia: false, tag }
  const range = { maxId: before, limit }
  const ids = await listActorStatusIds(db, { actorId, viewerId: undefined, ...kinds, range })
  const statuses = new Map((await listStatuses(db, ids)).map((status) => [status.id, status]))
  return ids.flatMap((id) => statuses.get(id) ?? [])
}
