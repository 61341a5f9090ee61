import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { enqueueAll } from '../../store/jobs.ts'
import type { Actor } from '../../store/actors.ts'
import { lockRecovery, updateRecovery, type Recovery } from '../../store/recoveries.ts'
import { listUnknownHosts } from '../../store/recovery-followers.ts'
import { beginAgain } from '../../store/recovery-ledger.ts'
import { reopenKit } from '../kits/read-kit.ts'
import { dropCopy, openCopy, unsealOpener } from './kit-copy.ts'
import { leadMembers } from './lead-members.ts'
import { restorePart } from './restore-part.ts'

/**
 * Puts what is in the kit where it belongs, part by part, each with the place where to go on.
 * @param deadline milliseconds since 1970
 * @param onProgress how many things are put in their place
 * @returns whether all of it was read
 */
export async function restoreKit(
  ctx: Context,
  account: Actor,
  recovery: Recovery,
  deadline = Infinity,
  onProgress: (items: number) => void = () => undefined,
): Promise<boolean> {
  if (recovery.kitOpener === null) return true
  const { name, unlocked } = unsealOpener(ctx, recovery.kitOpener)
  await using copy = await openCopy(ctx, name)
  const { parts } = await reopenKit(copy.content, unlocked)
  let number = 0
  let items = 0
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    const part = next.value
    items += part.items.length
    if (++number <= recovery.position) continue
    await transact(ctx, async (tx) => {
      // Somebody at a terminal and the server may read the same kit at once.
      const row = await lockRecovery(tx.db, recovery.id)
      if (row === undefined || row.position >= number) return
      await restorePart(tx, { account, recoveryId: recovery.id, number }, part)
      await updateRecovery(tx.db, recovery.id, { position: number })
    })
    onProgress(items)
    if (Date.now() > deadline) return false
  }
  await transact(ctx, (tx) => endReading(tx, account, recovery))
  await dropCopy(ctx, name)
  return true
}

/** All that the kit holds stands in rows: who is to be told, and what is asked of others. */
async function endReading(tx: TxContext, account: Actor, { id }: Recovery): Promise<void> {
  const recovery = await lockRecovery(tx.db, id)
  if (recovery === undefined || recovery.kitOpener === null) return
  const unknown = await listUnknownHosts(tx.db, id, recovery.startedAt ?? tx.now())
  const asked = unknown.map((host) => ({ host }))
  await enqueueAll(tx, 'host.met', asked)
  await beginAgain(tx.db, id, tx.now())
  await leadMembers(tx, account, recovery)
  await updateRecovery(tx.db, id, { state: 'telling', kitOpener: null })
}
