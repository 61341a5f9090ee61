import type { Context } from '../../src/context.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listAuditEntries } from '../../src/store/audit-log.ts'

/** What was done with archives of an account, the oldest first. */
export async function archiveActs({ db }: Context, { id }: Actor): Promise<string[]> {
  const entries = await listAuditEntries(db, id, 100)
  return entries
    .map(({ act }) => act)
    .filter((act) => act.startsWith('archive.'))
    .toReversed()
}
