import type { TxContext } from '../../context.ts'
import { findRemoteActor, type Actor } from '../../store/actors.ts'
import { hasFollowerHere } from '../../store/follows.ts'
import { enqueue } from '../../store/jobs.ts'
import { markRemoteMove } from '../../store/moves.ts'
import type { Recovery } from '../../store/recoveries.ts'
import { actorUri } from '../accounts/addresses.ts'

/** Members of this place who followed the account where it was follow it here: there is nobody to send anything to. */
export async function leadMembers(tx: TxContext, account: Actor, { formerUri }: Recovery): Promise<void> {
  const former = await findRemoteActor(tx.db, formerUri)
  if (former === undefined || !(await hasFollowerHere(tx.db, former.id))) return
  const to = { id: account.id, uri: actorUri(tx.config, account) }
  await markRemoteMove(tx.db, former.id, to, { at: tx.now(), notSince: tx.now() })
  await enqueue(tx, 'actor.moved', { actorId: former.id, targetId: account.id, after: null })
}
