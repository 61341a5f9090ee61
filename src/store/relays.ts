import type { Db, Tx } from '../context.ts'

export type RelayKind = 'mastodon' | 'litepub'
export type RelayState = 'pending' | 'accepted' | 'rejected'

/** A server that passes public posts on to everybody who asks for them, and takes them from everybody. */
export type Relay = {
  readonly id: string
  readonly kind: RelayKind
  /** As the admin gave it: the inbox of a Mastodon relay, the actor of a LitePub relay. */
  readonly uri: string
  /** Who speaks for it; of a Mastodon relay not known before it answers. */
  readonly actorUri: string | null
  readonly inboxId: number
  /** Where it is spoken to. */
  readonly inbox: string
  readonly state: RelayState
  readonly createdAt: Date
}

function relays(db: Db) {
  return db
    .selectFrom('relays as r')
    .innerJoin('inboxes as i', 'i.id', 'r.inboxId')
    .select([
      'r.id',
      'r.kind',
      'r.uri',
      'r.actorUri',
      'r.inboxId',
      'i.url as inbox',
      'r.state',
      'r.createdAt',
    ])
    .$narrowType<Pick<Relay, 'kind' | 'state'>>()
}

/** Oldest first. */
export async function listRelays(db: Db): Promise<Relay[]> {
  return relays(db).orderBy('r.id').execute()
}

export async function findRelay(db: Db, id: string): Promise<Relay | undefined> {
  return relays(db).where('r.id', '=', id).executeTakeFirst()
}

/** A relay that nobody removes until the transaction ends. */
export async function holdRelay(tx: Tx, id: string): Promise<Relay | undefined> {
  return relays(tx).where('r.id', '=', id).forShare('r').executeTakeFirst()
}

export async function findRelayByUri(db: Db, uri: string): Promise<Relay | undefined> {
  return relays(db).where('r.uri', '=', uri).executeTakeFirst()
}

/** The relay that an actor is known to speak for. */
export async function findRelayOf(db: Db, actorUri: string): Promise<Relay | undefined> {
  return relays(db).where('r.actorUri', '=', actorUri).executeTakeFirst()
}

/** A relay that is added again is asked again, under the id that it has. */
export async function upsertRelay(
  tx: Tx,
  relay: Pick<Relay, 'id' | 'kind' | 'uri' | 'actorUri' | 'inboxId' | 'createdAt'>,
): Promise<string> {
  const row = await tx
    .insertInto('relays')
    .values({ ...relay, state: 'pending' })
    .onConflict((conflict) =>
      conflict.column('uri').doUpdateSet({
        kind: relay.kind,
        actorUri: relay.actorUri,
        inboxId: relay.inboxId,
        state: 'pending',
      }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function setRelayState(
  tx: Tx,
  id: string,
  changes: { state: RelayState; actorUri: string },
): Promise<void> {
  await tx.updateTable('relays').set(changes).where('id', '=', id).execute()
}

export async function deleteRelay(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('relays').where('id', '=', id).execute()
}

/** Where relays of these kinds take posts that anybody may read. */
export async function listRelayInboxIds(db: Db, kinds: readonly RelayKind[]): Promise<number[]> {
  if (kinds.length === 0) return []
  const rows = await db
    .selectFrom('relays')
    .select('inboxId')
    .where('state', '=', 'accepted')
    .where('kind', 'in', kinds)
    .execute()
  return rows.map(({ inboxId }) => inboxId)
}
