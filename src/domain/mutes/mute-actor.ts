import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { deleteNotificationsFrom } from '../../store/notifications.ts'
import { deleteMute, upsertMute } from '../../store/mutes.ts'

/** A century: whoever wants longer says no end. */
const longestSeconds = 100 * 365 * 86_400

/**
 * A member does not want to hear somebody, who does not learn of it.
 * @param how `seconds`: until it ends by itself; 0 for never
 * @throws DomainError `invalid` for oneself
 */
export async function muteActor(
  ctx: Context,
  account: Actor,
  target: Actor,
  how: { readonly hidesNotifications: boolean; readonly seconds: number },
): Promise<void> {
  if (account.id === target.id) throw new DomainError('invalid', 'You cannot mute yourself.')
  const seconds = Math.min(Math.max(how.seconds, 0), longestSeconds)
  await transact(ctx, async (tx) => {
    if (how.hidesNotifications) await deleteNotificationsFrom(tx.db, account.id, target.id)
    await upsertMute(tx.db, {
      id: tx.newId(),
      accountId: account.id,
      targetId: target.id,
      targetUri: target.uri,
      hidesNotifications: how.hidesNotifications,
      expiresAt: seconds === 0 ? null : new Date(tx.now().getTime() + seconds * 1000),
      createdAt: tx.now(),
    })
  })
}

/** Nothing happens when there is no mute. */
export async function unmuteActor(ctx: Context, account: Actor, target: Actor): Promise<void> {
  await deleteMute(ctx.db, account.id, target.id)
}
