import type { Db, Tx } from '../context.ts'

export type KeyKind = 'rsa' | 'ed25519'

/** A key that an account has published; the private half is wrapped and stands in a table of its own. */
export type AccountKey = {
  readonly id: string
  readonly kind: KeyKind
  /** What follows the `#` in the key's id. */
  readonly fragment: string
  /** As it is published: PEM for RSA, multibase for Ed25519. */
  readonly publicKey: string
}

export async function insertKey(
  tx: Tx,
  key: AccountKey & { accountId: string; formerIdentityId?: string; wrapped: Buffer; createdAt: Date },
): Promise<void> {
  const { wrapped, ...row } = key
  await tx.insertInto('accountKeys').values(row).execute()
  await tx.insertInto('accountPrivateKeys').values({ keyId: key.id, wrapped }).execute()
}

export async function listCurrentKeys(db: Db, accountId: string): Promise<AccountKey[]> {
  const rows = await db
    .selectFrom('accountKeys')
    .select(['id', 'kind', 'fragment', 'publicKey'])
    .where('accountId', '=', accountId)
    .where('formerIdentityId', 'is', null)
    .where('retiredAt', 'is', null)
    .orderBy('kind', 'desc')
    .execute()
  return rows as AccountKey[]
}

export type WrappedKey = { readonly id: string; readonly fragment: string; readonly wrapped: Buffer }

/** The private key that an account signs HTTP requests with, as itself or as one that it formerly was. */
export async function findSigningKey(
  db: Db,
  accountId: string,
  formerIdentityId: string | null,
): Promise<WrappedKey | undefined> {
  return db
    .selectFrom('accountKeys')
    .innerJoin('accountPrivateKeys', 'accountPrivateKeys.keyId', 'accountKeys.id')
    .select(['accountKeys.id', 'accountKeys.fragment', 'accountPrivateKeys.wrapped'])
    .where('accountKeys.accountId', '=', accountId)
    .where('accountKeys.kind', '=', 'rsa')
    .where('accountKeys.retiredAt', 'is', null)
    .where('accountKeys.formerIdentityId', 'is not distinct from', formerIdentityId)
    .executeTakeFirst()
}

/** One key, also one that is no longer used. */
export async function findWrappedKey(db: Db, keyId: string): Promise<WrappedKey | undefined> {
  return db
    .selectFrom('accountKeys')
    .innerJoin('accountPrivateKeys', 'accountPrivateKeys.keyId', 'accountKeys.id')
    .select(['accountKeys.id', 'accountKeys.fragment', 'accountPrivateKeys.wrapped'])
    .where('accountKeys.id', '=', keyId)
    .executeTakeFirst()
}

/** All private keys that an account signs documents with, as itself or as one that it formerly was. */
export async function listSigningKeys(
  db: Db,
  accountId: string,
  formerIdentityId: string | null,
): Promise<(WrappedKey & { readonly kind: KeyKind })[]> {
  const rows = await db
    .selectFrom('accountKeys')
    .innerJoin('accountPrivateKeys', 'accountPrivateKeys.keyId', 'accountKeys.id')
    .select(['accountKeys.id', 'kind', 'fragment', 'wrapped'])
    .where('accountId', '=', accountId)
    .where('retiredAt', 'is', null)
    .where('formerIdentityId', 'is not distinct from', formerIdentityId)
    .execute()
  return rows as (WrappedKey & { kind: KeyKind })[]
}

/** A key of another server's actor, bound to it by that actor's own document. */
export type RemoteKey = { readonly keyUri: string; readonly actorUri: string; readonly publicKey: string }

/**
 * @param keyUri the id of the key, or the id of an actor with a single key: some servers (activitypub-express) sign
 *   with the name of the actor
 */
export async function findRemoteKey(db: Db, keyUri: string): Promise<RemoteKey | undefined> {
  const keys = await db
    .selectFrom('remoteKeys')
    .select(['keyUri', 'actorUri', 'publicKey'])
    .where((eb) => eb.or([eb('keyUri', '=', keyUri), eb('actorUri', '=', keyUri)]))
    .limit(3)
    .execute()
  const named = keys.find((key) => key.keyUri === keyUri)
  return named ?? (keys.length === 1 ? keys[0] : undefined)
}

/** The keys that are bound to somebody elsewhere. */
export async function listRemoteKeysOf(db: Db, actorUri: string): Promise<RemoteKey[]> {
  return db
    .selectFrom('remoteKeys')
    .select(['keyUri', 'actorUri', 'publicKey'])
    .where('actorUri', '=', actorUri)
    .execute()
}

/**
 * Binds keys to the actor whose own document lists them.
 * @param at when that was looked at
 */
export async function bindRemoteKeys(tx: Tx, keys: readonly RemoteKey[], at: Date): Promise<void> {
  if (keys.length === 0) return
  await tx
    .insertInto('remoteKeys')
    .values(keys.map((key) => ({ ...key, checkedAt: at })))
    .onConflict((conflict) =>
      conflict.column('keyUri').doUpdateSet((eb) => ({
        actorUri: eb.ref('excluded.actorUri'),
        publicKey: eb.ref('excluded.publicKey'),
        checkedAt: eb.ref('excluded.checkedAt'),
      })),
    )
    .execute()
}

/** `rsa` stands in `publicKey`, `multikey` in `assertionMethod`: the two places where actors list keys. */
export type KeyPlace = 'rsa' | 'multikey'

/**
 * Unbinds the keys that an actor's document no longer lists in these places. A refresh that fails leaves every key
 * bound, and so does a document that does not speak of that place.
 */
export async function unbindOtherKeys(
  tx: Tx,
  actorUri: string,
  listed: readonly RemoteKey[],
  places: readonly KeyPlace[],
): Promise<void> {
  const names = listed.map((key) => key.keyUri)
  const patterns = places.map((place) => (place === 'rsa' ? '-----%' : 'z%'))
  let stale = tx.deleteFrom('remoteKeys').where('actorUri', '=', actorUri)
  if (names.length > 0) stale = stale.where('keyUri', 'not in', names)
  await stale.where((eb) => eb.or(patterns.map((pattern) => eb('publicKey', 'like', pattern)))).execute()
}
