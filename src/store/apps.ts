import type { Selectable } from 'kysely'
import type { Db } from '../context.ts'
import type { OauthApps } from '../db/schema.ts'

/** A client program, as it registered itself. */
export type App = Selectable<OauthApps>

const columns = [
  ...(['id', 'clientId', 'secretDigest', 'name', 'website', 'redirectUris', 'scopes'] as const),
  'createdAt',
] as const satisfies readonly (keyof App)[]

export async function insertApp(db: Db, app: App): Promise<void> {
  await db.insertInto('oauthApps').values(app).execute()
}

export async function findApp(db: Db, id: string): Promise<App | undefined> {
  return db.selectFrom('oauthApps').select(columns).where('id', '=', id).executeTakeFirst()
}

export async function findAppByClientId(db: Db, clientId: string): Promise<App | undefined> {
  return db.selectFrom('oauthApps').select(columns).where('clientId', '=', clientId).executeTakeFirst()
}

const maxPruned = 10_000

/** Apps that registered and were never given a token (rows of tokens stay when they end), nor are about to be. */
export async function pruneApps(db: Db, registeredBefore: Date): Promise<void> {
  const unused = db
    .selectFrom('oauthApps')
    .select('oauthApps.id')
    .where('createdAt', '<', registeredBefore)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('accessTokens').whereRef('accessTokens.appId', '=', 'oauthApps.id').select('id')),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('oauthCodes').whereRef('oauthCodes.appId', '=', 'oauthApps.id').select('appId'))),
    )
    .limit(maxPruned)
    .forUpdate()
    .skipLocked()
  await db.deleteFrom('oauthApps').where('id', 'in', unused).execute()
}
