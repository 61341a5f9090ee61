import type { Db } from '../context.ts'

export type InstanceName = { readonly origin: string; readonly handleDomain: string }

export async function findInstance(
  db: Db,
): Promise<(InstanceName & { federatedAt: Date | null }) | undefined> {
  return db.selectFrom('instance').select(['origin', 'handleDomain', 'federatedAt']).executeTakeFirst()
}

export async function insertInstance(db: Db, name: InstanceName): Promise<void> {
  await db
    .insertInto('instance')
    .values(name)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function renameInstance(db: Db, name: InstanceName): Promise<void> {
  await db.updateTable('instance').set(name).where('federatedAt', 'is', null).execute()
}

/** Another server has dealt with us: from now on our name is what it knows us by. */
export async function markFederated(db: Db, at: Date): Promise<void> {
  await db.updateTable('instance').set({ federatedAt: at }).where('federatedAt', 'is', null).execute()
}
