import { sql, type DeleteQueryBuilder, type Insertable, type Selectable, type SqlBool } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { DB, Posts, RemoteStatuses, Statuses } from '../db/schema.ts'
import type { Actor } from './actors.ts'
import { deleteLocalVotes, deleteVotes } from './polls.ts'
import { deleteRemains } from './status-remains.ts'
import { wantWords } from './status-words.ts'
import { goneColumns, publishGone } from './stream-events.ts'
import { notBlockedBy, notHidden, visibleTo } from './visibility.ts'

const columns = [
  'id',
  'isLocal',
  'actorId',
  'type',
  'visibility',
  'audience',
  'title',
  'summary',
  'sensitive',
  'language',
  'source',
  'application',
  'content',
  'mentions',
  'tags',
  'emojis',
  'attachments',
  'inReplyToId',
  'inReplyToUri',
  'boostOfId',
  'boostOfUri',
  'quoteOfId',
  'quoteUri',
  'quoteState',
  'quoteAuthorizationUri',
  'quotePolicy',
  'interactionPolicy',
  'contextUri',
  'repliesUri',
  'repliesCheckedAt',
  'uri',
  'url',
  'createdAt',
  'editedAt',
  'fetchedAt',
  'deletedAt',
  'importedAt',
] as const satisfies readonly (keyof Statuses)[]

/** Anything that was said, here or elsewhere. */
export type Status = Pick<Selectable<Statuses>, (typeof columns)[number]>

export type Page = { readonly before?: string | undefined; readonly limit: number }

export async function findStatus(db: Db, id: string): Promise<Status | undefined> {
  return db.selectFrom('statuses').select(columns).where('id', '=', id).executeTakeFirst()
}

/** A post of ours, also one that was deleted. */
export async function findPost(db: Db, id: string): Promise<Status | undefined> {
  return db.selectFrom('posts').select(columns).where('id', '=', id).executeTakeFirst()
}

/** Holds a post as it is until the transaction ends: nobody edits or deletes it meanwhile. */
export async function lockPost(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('posts').select('id').where('id', '=', id).forUpdate().execute()
}

/** A status that nobody changes or takes back until the transaction ends. */
export async function holdStatus(tx: Tx, id: string): Promise<Status | undefined> {
  return tx.selectFrom('statuses').select(columns).where('id', '=', id).forShare().executeTakeFirst()
}

export async function listStatuses(db: Db, ids: readonly string[]): Promise<Status[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('statuses')
    .modifyFront(prepared)
    .select(columns)
    .where('id', '=', sql<string>`any(${ids}::bigint[])`)
    .execute()
}

export async function findRemoteStatus(db: Db, uri: string): Promise<Status | undefined> {
  return db.selectFrom('remoteStatuses').select(columns).where('uri', '=', uri).executeTakeFirst()
}

/** The same, held as it is until the transaction ends: of two later versions one is taken after the other. */
export async function lockRemoteStatus(tx: Tx, uri: string): Promise<Status | undefined> {
  return tx.selectFrom('remoteStatuses').select(columns).where('uri', '=', uri).forUpdate().executeTakeFirst()
}

export async function insertPost(
  tx: Tx,
  post: Omit<Insertable<Posts>, 'isLocal' | 'mentions'> & { mentions: string },
): Promise<void> {
  await tx
    .insertInto('posts')
    .values({ ...post, isLocal: true })
    .execute()
  if ((post.tags?.length ?? 0) > 0) await wantWords(tx, String(post.id))
}

export async function updatePost(
  tx: Tx,
  id: string,
  changes: {
    type: string
    source: string
    summary: string
    sensitive: boolean
    language: string | null
    attachments: string
    mentions: string
    tags: string[]
    emojis: string
    audience: string[]
    editedAt: Date | null
  },
): Promise<void> {
  // What was brought here as HTML has a source from here on.
  await tx
    .updateTable('posts')
    .set({ ...changes, content: null })
    .where('id', '=', id)
    .execute()
  if (changes.tags.length > 0) await wantWords(tx, id)
}

/** @param policy one of `quotePolicies` */
export async function setQuotePolicy(tx: Tx, id: string, policy: string): Promise<void> {
  await tx.updateTable('posts').set({ quotePolicy: policy }).where('id', '=', id).execute()
}

/**
 * What remains of a deleted post is its id, so that the id says "gone" for ever, and what a boost was of; nothing that
 * was said remains, nor what others did with it; who voted in it elsewhere stays known until they are told.
 */
export async function buryPost(tx: Tx, id: string, at: Date): Promise<void> {
  const nothing = {
    source: null,
    application: null,
    content: null,
    url: null,
    summary: '',
    title: null,
    mentions: '[]',
    attachments: '[]',
    emojis: '[]',
    tags: [],
  }
  publishGone(tx, await tx.selectFrom('posts').select(goneColumns).where('id', '=', id).execute())
  await tx
    .updateTable('posts')
    .set({ ...nothing, deletedAt: at })
    .where('id', '=', id)
    .execute()
  await deleteLocalVotes(tx, id)
  await deleteRemains(tx, [id])
}

export type NewRemoteStatus = Omit<Insertable<RemoteStatuses>, 'isLocal' | 'id'> & { id: string }

/** @returns the ids of those that were new: of every other one, a status with that URI is already here */
export async function insertRemoteStatuses(
  tx: Tx,
  statuses: readonly NewRemoteStatus[],
): Promise<ReadonlySet<string>> {
  if (statuses.length === 0) return new Set()
  const rows = await tx
    .with('stored', (db) =>
      db
        .insertInto('remoteStatuses')
        .values(statuses.map((status) => ({ ...status, isLocal: false })))
        .onConflict((conflict) => conflict.column('uri').doNothing())
        .returning(['id', 'actorId', 'visibility', 'tags']),
    )
    .with('wanted', (db) =>
      db.insertInto('wordsWanted').expression((eb) =>
        eb
          .selectFrom('stored')
          .innerJoin('remoteActors', 'remoteActors.id', 'stored.actorId')
          .select('stored.id as statusId')
          .where('stored.visibility', '=', 'public')
          .where(sql<SqlBool>`(remote_actors.indexable or stored.tags <> '{}')`),
      ),
    )
    .selectFrom('stored')
    .select('id')
    .execute()
  return new Set(rows.map((row) => row.id))
}

export async function updateRemoteStatus(
  tx: Tx,
  id: string,
  changes: Partial<
    Omit<Insertable<RemoteStatuses>, 'isLocal' | 'id' | 'uri' | 'actorId' | 'visibility' | 'audience'>
  >,
): Promise<void> {
  await tx.updateTable('remoteStatuses').set(changes).where('id', '=', id).execute()
}

/** One more local actor to whom a status was delivered, though its addressees do not say so. */
export async function addToAudience(
  tx: Tx,
  uri: string,
  authorId: string,
  recipientId: string,
): Promise<void> {
  await tx
    .updateTable('remoteStatuses')
    .set({ audience: sql`array_append(audience, ${recipientId}::bigint)` })
    .where('uri', '=', uri)
    .where('actorId', '=', authorId)
    .where('visibility', 'in', ['private', 'direct'])
    .where(sql<boolean>`not audience @> array[${recipientId}::bigint]`)
    .execute()
}

/**
 * Removes what another server's actor took back, and remembers its id, so that a Create that comes late finds the
 * tombstone. Of what never was here at most 10,000 are remembered for each host, for a while.
 * @returns false when nothing was here, and its host has that many already
 */
export async function buryRemoteStatus(tx: Tx, uri: string, actorUri: string): Promise<boolean> {
  const buried = await deleteWithRemains(tx, tx.deleteFrom('remoteStatuses').where('uri', '=', uri))
  const unknownHost = buried > 0 ? null : new URL(uri).host
  if (unknownHost !== null && (await hasManyTombstones(tx, unknownHost))) return false
  await tx
    .insertInto('remoteTombstones')
    .values({ uri, actorUri, unknownHost })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return true
}

const mostUnknownTombstones = 10_000

async function hasManyTombstones(tx: Tx, host: string): Promise<boolean> {
  const row = await tx
    .selectFrom('remoteTombstones')
    .select('unknownHost')
    .where('unknownHost', '=', host)
    .offset(mostUnknownTombstones - 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteRemoteStatusesOf(tx: Tx, actorId: string): Promise<void> {
  await deleteWithRemains(tx, tx.deleteFrom('remoteStatuses').where('actorId', '=', actorId))
}

async function deleteWithRemains(
  tx: Tx,
  deletion: DeleteQueryBuilder<DB, 'remoteStatuses', unknown>,
): Promise<number> {
  const gone = await deletion.returning(goneColumns).execute()
  publishGone(tx, gone)
  const ids = gone.map((row) => row.id)
  await deleteVotes(tx, ids)
  await deleteRemains(tx, ids)
  return ids.length
}

/** What a note of another server's actor meets here. */
export type NoteStanding = {
  /** Its author took it back already; what somebody else says of it does not count. */
  readonly isBuried: boolean
  /** Somebody here follows its author. */
  readonly isFollowed: boolean
  /** Somebody here follows a tag of it. */
  readonly isTagFollowed: boolean
  /** Somebody here wants to be told of whatever its author says. */
  readonly isNotified: boolean
}

export type NoteInQuestion = {
  readonly uri: string
  readonly author: Pick<Actor, 'id' | 'uri'>
  /** Those that count: none where the note is not public. */
  readonly tags: readonly string[]
}

/** One question for all and for any number of notes, since every note that arrives asks them: in the given order. */
export async function listNoteStandings(db: Db, notes: readonly NoteInQuestion[]): Promise<NoteStanding[]> {
  const tagged = notes.flatMap(({ tags }, index) => tags.map((tag) => ({ tag, place: index + 1 })))
  const result = await sql<NoteStanding>`
    select
      exists (
        select from remote_tombstones t where t.uri = n.uri and t.actor_uri = n.actor_uri
      ) as is_buried,
      exists (
        select from follows f
        where f.target_id = n.actor_id and f.follower_uri is null and f.state = 'accepted'
      ) as is_followed,
      exists (
        select from follows f
        where f.target_id = n.actor_id and f.follower_uri is null and f.state = 'accepted' and f.notifies
      ) as is_notified,
      n.place in (
        select t.place
        from unnest(${tagged.map(({ tag }) => tag)}::text[], ${tagged.map(({ place }) => place)}::bigint[])
          t (tag, place)
        where exists (select from tag_follows f where f.tag = t.tag)
      ) as is_tag_followed
    from unnest(
      ${notes.map(({ uri }) => uri)}::text[],
      ${notes.map(({ author }) => author.id)}::bigint[],
      ${notes.map(({ author }) => author.uri)}::text[]
    ) with ordinality n (uri, actor_id, actor_uri, place)
    order by n.place`.execute(db)
  return result.rows
}

/** An actor's statuses as the viewer may see them, newest first. */
export async function listActorStatuses(
  db: Db,
  actorId: string,
  viewerId: string | undefined,
  page: Page,
): Promise<Status[]> {
  let query = db
    .selectFrom('statuses')
    .select(columns)
    .where('actorId', '=', actorId)
    .where(visibleTo(viewerId))
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return query.execute()
}

/** Answers to a status that anybody may read, oldest first, without those of actors whom its author blocks. */
export async function listOpenReplies(
  db: Db,
  { id: statusId, actorId }: Pick<Status, 'id' | 'actorId'>,
  limit: number,
): Promise<Status[]> {
  return db
    .selectFrom('statuses')
    .select(columns)
    .where('inReplyToId', '=', statusId)
    .where(visibleTo(undefined))
    .where(notBlockedBy(actorId))
    .orderBy('id')
    .limit(limit)
    .execute()
}

function publicPosts(db: Db, { before, limit }: Page) {
  const query = db
    .selectFrom('posts')
    .select(columns)
    .where('visibility', '=', 'public')
    .where('boostOfId', 'is', null)
    .where('deletedAt', 'is', null)
    .where(notHidden(sql.ref('posts.actorId')))
    .orderBy('id', 'desc')
    .limit(limit)
  return before === undefined ? query : query.where('id', '<', before)
}

/** What our own people said in public, newest first. */
export async function listPublicPosts(db: Db, page: Page): Promise<Status[]> {
  return publicPosts(db, page).execute()
}

/** What our own people said in public under a tag (as `normalizeTag` gives it), newest first. */
export async function listTaggedPosts(db: Db, tag: string, page: Page): Promise<Status[]> {
  return publicPosts(db, page)
    .where(sql<boolean>`tags <> '{}' and tags @> array[${tag}::text]`)
    .execute()
}
