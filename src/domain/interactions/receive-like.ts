import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { upsertLike } from '../../store/likes.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'
import { findTarget } from './target.ts'
import { notify } from '../notifications/notify.ts'

/**
 * Somebody elsewhere likes a post that is here.
 * @param input `uri`: the id of the Like; `targetUri`: of the post
 * @returns `ignored` when it is not here, or not for them
 */
export async function receiveLike(
  ctx: Context,
  input: { by: Actor; uri: string; targetUri: string },
): Promise<'stored' | 'known' | 'ignored'> {
  const { by, uri, targetUri } = input
  return transact(ctx, async (tx) => {
    const target = await findTarget(tx, by.id, await findStatusIdByUri(tx, targetUri))
    if (target === undefined) return 'ignored'
    const place = { actorId: by.id, statusId: target.status.id }
    const isNew = await upsertLike(tx.db, { id: tx.newId(), ...place, uri, createdAt: tx.now() })
    if (isNew)
      await notify(tx, {
        accountId: target.status.actorId,
        type: 'favourite',
        fromId: by.id,
        statusId: target.status.id,
      })
    return isNew ? 'stored' : 'known'
  })
}
