import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { StoredFile } from '../../lib/storage/storage.ts'
import { findLockerByClaim, noteLockerOpened } from '../../store/lockers.ts'
import { recordAct } from '../audit/record-act.ts'
import { digestClaim } from '../kits/passphrase.ts'
import { noticeMember } from '../mail/notice-member.ts'

/**
 * Hands a kit out to whoever knows the claim, and tells the owner of the locker. A claim is found by what it digests
 * to, so that no comparison tells how near another one is.
 * @throws DomainError `not_found`, the same for every claim that opens nothing
 */
export async function handOutKit(ctx: Context, claim: unknown, ip?: string): Promise<StoredFile> {
  const isClaim = typeof claim === 'string' && /^[\w-]{43}$/.test(claim)
  const locker = isClaim ? await findLockerByClaim(ctx.db, digestClaim(claim)) : undefined
  const file = locker?.key == null ? undefined : await ctx.storage.open(locker.key)
  if (locker === undefined || file === undefined)
    throw new DomainError('not_found', 'Nothing here opens with this.')
  try {
    await transact(ctx, async (tx) => {
      await noteLockerOpened(tx.db, locker.id, tx.now())
      await recordAct(tx, locker.accountId, 'locker.opened', { ip })
      await noticeMember(tx, locker.accountId, 'locker.opened')
    })
  } catch (error) {
    file.stream.destroy()
    throw error
  }
  return file
}
