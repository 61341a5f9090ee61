import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteLocker, insertLocker, listLockers, lockLockers } from '../../store/lockers.ts'
import { recordAct } from '../audit/record-act.ts'
import { digestToken } from '../auth/digest-token.ts'
import { newSecret } from '../auth/new-secret.ts'
import { readSettings } from '../instance/settings.ts'

/**
 * Makes an empty locker for a kit of somebody elsewhere, or of the member's own account there.
 * @returns its deposit address, with the token that fills it, which is shown once and never again
 * @throws DomainError `conflict` when the account has as many as it may
 */
export async function makeLocker(
  ctx: Context,
  account: Actor,
  ip?: string,
): Promise<{ id: string; address: string }> {
  const [id, token] = [ctx.newId(), newSecret()]
  const { lockersPerAccount } = await readSettings(ctx)
  await transact(ctx, async (tx) => {
    await lockLockers(tx.db)
    if ((await listLockers(tx.db, account.id)).length >= lockersPerAccount)
      throw new DomainError(
        'conflict',
        lockersPerAccount === 0
          ? 'This place keeps no kits of others.'
          : `An account has at most ${lockersPerAccount} lockers here.`,
      )
    const depositDigest = digestToken(token)
    await insertLocker(tx.db, { id, accountId: account.id, depositDigest, createdAt: tx.now() })
    await recordAct(tx, account.id, 'locker.made', { ip })
  })
  return { id, address: `${lockerAddress(ctx, id)}#${token}` }
}

/** Where kits are brought. */
function lockerAddress({ config }: Pick<Context, 'config'>, id: string): string {
  return `${config.origin}/lockers/${id}`
}

/** What lies in it goes with it. @throws DomainError `not_found` */
export async function removeLocker(ctx: Context, account: Actor, id: string, ip?: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const locker = isId(id) ? await deleteLocker(tx.db, account.id, id) : undefined
    if (locker === undefined) throw new DomainError('not_found', 'There is no such locker.')
    if (locker.key !== null) await enqueue(tx, 'media.discarded', { keys: [locker.key] })
    await recordAct(tx, account.id, 'locker.removed', { ip })
  })
}
