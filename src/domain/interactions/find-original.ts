import type { TxContext } from '../../context.ts'
import { findStatus, type Status } from '../../store/statuses.ts'

/** A status or, of a boost, what it boosts. */
export async function findOriginal({ db }: TxContext, statusId: string): Promise<Status | undefined> {
  const status = await findStatus(db, statusId)
  return status?.boostOfId == null ? status : findStatus(db, status.boostOfId)
}
