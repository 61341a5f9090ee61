import type { Context } from '../../context.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import { listActorStatusIds, listPinnedIds } from '../../store/actor-statuses.ts'
import { listStatuses } from '../../store/statuses.ts'
import { loadAndPresentStatuses } from '../entities/status.ts'
import { flag, read, text } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { getActiveAccount } from './named-account.ts'

/** https://docs.joinmastodon.org/methods/accounts/#statuses */
export async function listAccountStatuses(ctx: Context, call: Call) {
  const { id: actorId } = await getActiveAccount(ctx, call)
  const wanted = read(call.input, {
    exclude_replies: flag,
    exclude_reblogs: flag,
    only_media: flag,
    pinned: flag,
    tagged: text(200),
  })
  const viewerId = call.viewer?.id
  if (wanted.pinned === true) {
    const pinned = await listPinnedIds(ctx.db, actorId, viewerId, featuredLimits.remotePosts)
    return present(ctx, call, pinned)
  }
  const ids = await listActorStatusIds(ctx.db, {
    actorId,
    viewerId,
    withoutReplies: wanted.exclude_replies === true,
    withoutBoosts: wanted.exclude_reblogs === true,
    onlyMedia: wanted.only_media === true,
    tag: wanted.tagged === undefined ? undefined : normalizeTag(wanted.tagged.replace(/^#/, '')),
    range: readRange(call.input, { usual: 20, max: 40 }),
  })
  return page(ctx.config, call, await present(ctx, call, ids), ids)
}

async function present(ctx: Context, call: Call, ids: readonly string[]) {
  const statuses = new Map((await listStatuses(ctx.db, ids)).map((status) => [status.id, status]))
  return loadAndPresentStatuses(
    ctx,
    call.viewer,
    ids.flatMap((id) => statuses.get(id) ?? []),
  )
}
