import type { Insertable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Mutes } from '../db/schema.ts'

/** A mute that comes again says anew what it hides and until when. */
export async function upsertMute(tx: Tx, mute: Insertable<Mutes>): Promise<void> {
  await tx
    .insertInto('mutes')
    .values(mute)
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'targetId']).doUpdateSet((eb) => ({
        hidesNotifications: eb.ref('excluded.hidesNotifications'),
        expiresAt: eb.ref('excluded.expiresAt'),
      })),
    )
    .execute()
}

export async function deleteMute(db: Db, accountId: string, targetId: string): Promise<void> {
  await db.deleteFrom('mutes').where('accountId', '=', accountId).where('targetId', '=', targetId).execute()
}

/** When the mutes of an account end, by whom they are of; null for never. */
export async function listMuteEnds(
  db: Db,
  accountId: string,
  targetIds: readonly string[],
): Promise<ReadonlyMap<string, Date | null>> {
  if (targetIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('mutes')
    .select(['targetId', 'expiresAt'])
    .where('accountId', '=', accountId)
    .where('targetId', 'in', targetIds)
    .execute()
  return new Map(rows.map(({ targetId, expiresAt }) => [targetId, expiresAt]))
}
