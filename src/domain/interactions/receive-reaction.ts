import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { listReactionsBy, lockReactionsBy, upsertReaction } from '../../store/reactions.ts'
import { maxReactionsEach } from './emoji.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { findTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

/** `name`: an emoji, or the shortcode of a custom one, which has an `emojiUrl`. */
export type ReactionDraft = { readonly name: string; readonly emojiUrl: string | null }

/**
 * Somebody elsewhere puts an emoji under a post that is here.
 * @param input `uri`: the id of the activity; `targetUri`: of the post
 * @returns `ignored` when it is not here, not for them, or when they have put ten there
 */
export async function receiveReaction(
  ctx: Context,
  input: { by: Actor; uri: string; targetUri: string; reaction: ReactionDraft },
): Promise<'stored' | 'known' | 'ignored'> {
  const { by, uri, targetUri } = input
  const reaction = withOwnPath(ctx, input.reaction)
  return transact(ctx, async (tx) => {
    const target = await findTarget(tx, by.id, await findStatusIdByUri(tx, targetUri))
    if (target === undefined) return 'ignored'
    const place = { actorId: by.id, statusId: target.status.id }
    await lockReactionsBy(tx.db, by.id, target.status.id)
    const others = (await listReactionsBy(tx.db, by.id, target.status.id)).filter(
      ({ name }) => name !== reaction.name,
    )
    if (others.length >= maxReactionsEach) return 'ignored'
    const row = { id: tx.newId(), ...place, ...reaction, uri, createdAt: tx.now() }
    if (!(await upsertReaction(tx.db, row))) return 'known'
    const told = { accountId: target.status.actorId, fromId: by.id, statusId: target.status.id }
    await notify(tx, { ...told, type: 'pleroma:emoji_reaction' })
    return 'stored'
  })
}

/** An emoji of ours is kept by its path, as in everything that is said here. */
function withOwnPath({ config }: Pick<Context, 'config'>, reaction: ReactionDraft): ReactionDraft {
  const { emojiUrl } = reaction
  const isOurs = emojiUrl?.startsWith(`${config.origin}/media/`) === true
  return isOurs ? { ...reaction, emojiUrl: emojiUrl.slice(config.origin.length) } : reaction
}
