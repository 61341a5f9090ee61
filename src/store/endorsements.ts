import type { Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Endorsements } from '../db/schema.ts'

/** Whom a member recommends on their profile. Again changes nothing. */
export async function insertEndorsement(tx: Tx, endorsement: Insertable<Endorsements>): Promise<void> {
  await tx
    .insertInto('endorsements')
    .values(endorsement)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteEndorsement(db: Db, accountId: string, targetId: string): Promise<void> {
  await db
    .deleteFrom('endorsements')
    .where('accountId', '=', accountId)
    .where('targetId', '=', targetId)
    .execute()
}
