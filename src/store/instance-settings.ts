import type { Db, Tx } from '../context.ts'

/** As they were kept, by name. */
export type StoredSettings = Readonly<Record<string, unknown>>

export async function loadSettings(db: Db): Promise<{ settings: StoredSettings; createdAt: Date }> {
  const row = await db.selectFrom('instance').select(['settings', 'createdAt']).executeTakeFirstOrThrow()
  return { settings: row.settings as StoredSettings, createdAt: row.createdAt }
}

export async function lockSettings(tx: Tx): Promise<StoredSettings> {
  const row = await tx.selectFrom('instance').select('settings').forUpdate().executeTakeFirstOrThrow()
  return row.settings as StoredSettings
}

export async function saveSettings(tx: Tx, settings: StoredSettings): Promise<void> {
  await tx
    .updateTable('instance')
    .set({ settings: JSON.stringify(settings) })
    .execute()
}

/** The one who was first to run this place. */
export async function findOwnerName(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('users as u')
    .innerJoin('accounts as a', 'a.id', 'u.accountId')
    .select('a.username')
    .where('u.role', '=', 'owner')
    .where('a.deletedAt', 'is', null)
    .orderBy('u.accountId')
    .limit(1)
    .executeTakeFirst()
  return row?.username
}
