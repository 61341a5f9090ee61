import type { TxContext } from '../../context.ts'
import type { Poll } from '../../store/polls.ts'
import { insertStatusEdit, trimStatusEdits } from '../../store/status-edits.ts'
import type { Status } from '../../store/statuses.ts'

/** With the present one. */
const maxRemoteVersions = 100

/** Keeps what a status says, since it is about to say something else. Of what is said elsewhere the latest versions. */
export async function keepVersion(tx: TxContext, status: Status, poll: Poll | undefined): Promise<void> {
  await insertStatusEdit(tx.db, tx.newId(), status, poll?.options ?? null)
  if (!status.isLocal) await trimStatusEdits(tx.db, status.id, maxRemoteVersions - 1)
}
