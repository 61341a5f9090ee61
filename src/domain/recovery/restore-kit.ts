import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { enqueueAll } from '../../store/jobs.ts'
import type { Actor } from '../../store/actors.ts'
import { updateRecovery, type Recovery } from '../../store/recoveries.ts'
import { listUnknownHosts } from '../../store/recovery-followers.ts'
import { beginAgain } from '../../store/recovery-ledger.ts'
import { reopenKit } from '../kits/read-kit.ts'
import { dropCopy, openCopy, unsealOpener } from './kit-copy.ts'
import { leadMembers } from './lead-members.ts'
import { restorePart } from './restore-part.ts'

/**
 * Puts what is in the kit where it belongs, part by part, each with the place where to go on.
 * @param deadline milliseconds since 1970
 * @param onPart how many parts are restored
 * @returns whether all of it was read
 */
export async function restoreKit(
  ctx: Context,
  account: Actor,
  recovery: Recovery,
  deadline = Infinity,
  onPart: (parts: number) => void = () => undefined,
): Promise<boolean> {
  if (recovery.kitOpener === null) return true
  const { name, unlocked } = unsealOpener(ctx, recovery.kitOpener)
  const { parts } = await reopenKit(openCopy(ctx, name), unlocked)
  let number = 0
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    const part = next.value
    if (++number <= recovery.position) continue
    await transact(ctx, async (tx) => {
      await restorePart(tx, { account, recoveryId: recovery.id, number }, part)
      await updateRecovery(tx.db, recovery.id, { position: number })
    })
    onPart(number)
    if (Date.now() > deadline) return false
  }
  await transact(ctx, async (tx) => {
    const unknown = await listUnknownHosts(tx.db, recovery.id, recovery.startedAt ?? tx.now())
    await enqueueAll(
      tx,
      'host.met',
      unknown.map((host) => ({ host })),
    )
    await beginAgain(tx.db, recovery.id, tx.now())
    await leadMembers(tx, account, recovery)
    await updateRecovery(tx.db, recovery.id, { state: 'telling', kitOpener: null })
  })
  await dropCopy(ctx, name)
  return true
}
