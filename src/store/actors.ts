import { sql, type Insertable, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { Actors, RemoteActors } from '../db/schema.ts'

const columns = [
  'id',
  'isLocal',
  'username',
  'domain',
  'type',
  'displayName',
  'summary',
  'fields',
  'emojis',
  'iconUrl',
  'iconDescription',
  'imageUrl',
  'imageDescription',
  'locked',
  'discoverable',
  'indexable',
  'alsoKnownAs',
  'movedTo',
  'uri',
  'url',
  'inboxId',
  'sharedInboxId',
  'outboxUrl',
  'followersUrl',
  'followingUrl',
  'featuredUrl',
  'featuredTagsUrl',
  'memorial',
  'createdAt',
  'updatedAt',
  'fetchedAt',
  'suspendedAt',
  'deletedAt',
  'domainBlocked',
  'suspendedThere',
  'hidden',
] as const satisfies readonly (keyof Actors)[]

/** Anybody who can act, ours or another server's. */
export type Actor = Pick<Selectable<Actors>, (typeof columns)[number]>

export async function findActor(db: Db, id: string): Promise<Actor | undefined> {
  return db.selectFrom('actors').select(columns).where('id', '=', id).executeTakeFirst()
}

export async function listActors(db: Db, ids: readonly string[]): Promise<Actor[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('actors')
    .modifyFront(prepared)
    .select(columns)
    .where('id', '=', sql<string>`any(${ids}::bigint[])`)
    .execute()
}

/** Somebody with whom members may have to do: not who is gone, who is not let in, and the instance itself. */
export async function findPresentActor(db: Db, id: string): Promise<Actor | undefined> {
  const [actor] = await listPresentActors(db, [id])
  return actor
}

export async function listPresentActors(db: Db, ids: readonly string[]): Promise<Actor[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('actors')
    .select(columns)
    .where('id', 'in', ids)
    .where('deletedAt', 'is', null)
    .where(({ not, and }) => not(and({ isLocal: true, type: 'Application' })))
    .where(isLetIn(sql.ref('actors.id')))
    .execute()
}

export async function findRemoteActor(db: Db, uri: string): Promise<Actor | undefined> {
  return db.selectFrom('remoteActors').select(columns).where('uri', '=', uri).executeTakeFirst()
}

/** Those of these that are known, by their ids there. */
export async function listRemoteActorsByUri(
  db: Db,
  uris: readonly string[],
): Promise<ReadonlyMap<string, Actor>> {
  const rows = await db
    .selectFrom('remoteActors')
    .select(columns)
    .where((eb) => eb('uri', '=', eb.fn.any(sql<string[]>`${[...uris]}::text[]`)))
    .execute()
  return new Map(rows.map((actor) => [actor.uri!, actor]))
}

export async function findRemoteActorByHandle(
  db: Db,
  username: string,
  domain: string,
): Promise<Actor | undefined> {
  return db
    .selectFrom('remoteActors')
    .select(columns)
    .where((eb) => eb(eb.fn('lower', ['username']), '=', username.toLowerCase()))
    .where('domain', '=', domain)
    .orderBy('fetchedAt', 'desc')
    .executeTakeFirst()
}

/** Whoever still has to confirm their address, or to be let in, is as good as not there. `id` is a column with ids. */
export function isLetIn(id: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select from users u where u.account_id = ${id}
    and (u.confirmed_at is null or u.approved_at is null))`
}

const accountIsLetIn = isLetIn(sql.ref('accounts.id'))

/** Whether a name was ever given to somebody here, whatever became of them. */
export async function isNameTaken(db: Db, username: string): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where((eb) => eb(eb.fn('lower', ['username']), '=', username.toLowerCase()))
    .executeTakeFirst()
  return row !== undefined
}

/** Whether an account of this very name was deleted. */
export async function wasDeleted(db: Db, username: string): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('id')
    .where((eb) => eb(eb.fn('lower', ['username']), '=', username.toLowerCase()))
    .where('deletedAt', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** An account that is not deleted, whatever the case of the name. */
export async function findAccount(db: Db, username: string): Promise<Actor | undefined> {
  return db
    .selectFrom('accounts')
    .select(columns)
    .where((eb) => eb(eb.fn('lower', ['username']), '=', username.toLowerCase()))
    .where('deletedAt', 'is', null)
    .where(accountIsLetIn)
    .executeTakeFirst()
}

/** Those of many names that are accounts, as `findAccount` finds one. */
export async function listAccounts(db: Db, usernames: readonly string[]): Promise<Actor[]> {
  if (usernames.length === 0) return []
  const names = usernames.map((username) => username.toLowerCase())
  return db
    .selectFrom('accounts')
    .select(columns)
    .where((eb) => eb(eb.fn('lower', ['username']), '=', eb.fn.any(sql<string[]>`${names}::text[]`)))
    .where('deletedAt', 'is', null)
    .where(accountIsLetIn)
    .execute()
}

/** The account that was known under this actor id before it came here. */
export async function findAccountByFormerUri(db: Db, uri: string): Promise<Actor | undefined> {
  return db
    .selectFrom('accounts')
    .select(columns)
    .where('id', '=', (eb) =>
      eb.selectFrom('formerIdentities').select('accountId').where('actorUri', '=', uri),
    )
    .executeTakeFirst()
}

export async function insertAccount(
  tx: Tx,
  account: { id: string; username: string; type: string; displayName: string; createdAt: Date },
): Promise<Actor> {
  return tx
    .insertInto('accounts')
    .values({ ...account, isLocal: true })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export async function setLocked(tx: Tx, accountId: string, locked: boolean, at: Date): Promise<void> {
  await tx.updateTable('accounts').set({ locked, updatedAt: at }).where('id', '=', accountId).execute()
}

export type RemoteActorFields = Omit<Insertable<RemoteActors>, 'isLocal'> & { uri: string; domain: string }

/** Stores what another server says of its actor; the id that we gave it at first sight stays. */
export async function upsertRemoteActor(db: Db, actor: RemoteActorFields): Promise<Actor> {
  const { id: _id, uri: _uri, ...changes } = actor
  return db
    .insertInto('remoteActors')
    .values({ ...actor, isLocal: false })
    .onConflict((conflict) => conflict.column('uri').doUpdateSet(changes))
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** Our own people who let strangers find them, newest first. */
export async function listDiscoverableAccounts(db: Db, limit: number): Promise<Actor[]> {
  return db
    .selectFrom('accounts')
    .select(columns)
    .where('type', '!=', 'Application')
    .where('discoverable', '=', true)
    .where('movedTo', 'is', null)
    .where('suspendedAt', 'is', null)
    .where('deletedAt', 'is', null)
    .where(accountIsLetIn)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Nothing is shown by whom we suspended, whom their own server did, and who is of a domain that is blocked here. */
export async function isHidden(db: Db, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('actors')
    .select('id')
    .where('id', '=', id)
    .where('hidden', '=', true)
    .executeTakeFirst()
  return row !== undefined
}

/** Hides an account from everybody, or shows it again with null. */
export async function setSuspended(tx: Tx, accountId: string, at: Date | null, now: Date): Promise<void> {
  const changes = { suspendedAt: at, updatedAt: now }
  await tx.updateTable('accounts').set(changes).where('id', '=', accountId).execute()
}

/** What remains is the row, so that what the actor may still send finds that it is gone. */
export async function markActorDeleted(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.updateTable('remoteActors').set({ deletedAt: at }).where('id', '=', id).execute()
}

/** The row stays, and with it the name; its own address answers that it is gone. */
export async function markAccountDeleted(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.updateTable('accounts').set({ deletedAt: at, updatedAt: at }).where('id', '=', id).execute()
}

/** How many people live here, and how many of them posted since. */
export async function countAccounts(db: Db, activeSince: Date): Promise<{ total: number; active: number }> {
  const row = await db
    .selectFrom('accounts')
    .select((eb) => [
      eb.fn.countAll<string>().as('total'),
      eb.fn
        .countAll<string>()
        .filterWhere(({ exists, selectFrom }) =>
          exists(
            selectFrom('posts')
              .select('posts.id')
              .whereRef('posts.actorId', '=', 'accounts.id')
              .where('posts.createdAt', '>=', activeSince),
          ),
        )
        .as('active'),
    ])
    .where('type', '!=', 'Application')
    .where('deletedAt', 'is', null)
    .where(accountIsLetIn)
    .executeTakeFirstOrThrow()
  return { total: Number(row.total), active: Number(row.active) }
}
