import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../context.ts'

/** As much of an actor as their addresses are made of. */
export type Named = {
  readonly type: string
  readonly username: string
  readonly domain: string | null
  readonly uri: string | null
  readonly url: string | null
}

/** A page of rows in the order of `position`, each after the one where the last page ended. */
export type PageAfter = { readonly after: string; readonly limit: number }

type Positioned = { readonly position: string }
type NamedRow = Positioned & Named

const named = sql`a.type, a.username, a.domain, a.uri, a.url`

export type FollowRow = Positioned &
  Named & {
    readonly state: string
    readonly showsBoosts: boolean
    readonly notifies: boolean
    readonly languages: string[] | null
  }

/** Whom an account follows, or asked to. */
export async function listFollowRows(db: Db, accountId: string, page: PageAfter): Promise<FollowRow[]> {
  return pageOf<FollowRow>(
    db,
    page,
    sql`f.id`,
    sql`${named}, f.state, f.shows_boosts, f.notifies, f.languages
      from follows f join actors a on a.id = f.target_id where f.follower_id = ${accountId}::bigint`,
  )
}

export type FollowerRow = Positioned &
  Named & {
    readonly inbox: string | null
    readonly sharedInbox: string | null
    readonly software: string | null
  }

/** Who follows an account, with where they are told things; of members of ours neither inbox stands in a row. */
export async function listFollowerRows(db: Db, accountId: string, page: PageAfter): Promise<FollowerRow[]> {
  return pageOf<FollowerRow>(
    db,
    page,
    sql`f.id`,
    sql`${named}, i.url as inbox, s.url as shared_inbox, h.software
      from follows f join actors a on a.id = f.follower_id
      left join inboxes i on i.id = coalesce(a.inbox_id, f.inbox_id)
      left join inboxes s on s.id = coalesce(a.shared_inbox_id, f.shared_inbox_id)
      left join hosts h on h.id = i.host_id
      where f.target_id = ${accountId}::bigint and f.state = 'accepted'`,
  )
}

export async function countFollowerRows(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from follows where target_id = ${accountId}::bigint and state = 'accepted'`.execute(
    db,
  )
  return Number(rows[0]?.n)
}

export async function listMemberRows(db: Db, listId: string, page: PageAfter): Promise<NamedRow[]> {
  const from = sql`list_members m join actors a on a.id = m.target_id where m.list_id = ${listId}::bigint`
  return pageOfNamed(db, page, sql`m.target_id`, from)
}

export async function listBlockRows(db: Db, accountId: string, page: PageAfter): Promise<NamedRow[]> {
  const from = sql`blocks b join actors a on a.id = b.target_id where b.actor_id = ${accountId}::bigint`
  return pageOfNamed(db, page, sql`b.id`, from)
}

/** Whom an account recommends. */
export async function listEndorsedRows(db: Db, accountId: string, page: PageAfter): Promise<NamedRow[]> {
  const from = sql`endorsements e join actors a on a.id = e.target_id where e.account_id = ${accountId}::bigint`
  return pageOfNamed(db, page, sql`e.id`, from)
}

export type MuteRow = Positioned &
  Named & { readonly hidesNotifications: boolean; readonly expiresAt: Date | null }

export async function listMuteRows(db: Db, accountId: string, page: PageAfter): Promise<MuteRow[]> {
  return pageOf<MuteRow>(
    db,
    page,
    sql`m.id`,
    sql`${named}, m.hides_notifications, m.expires_at
      from mutes m join actors a on a.id = m.target_id where m.account_id = ${accountId}::bigint`,
  )
}

export type DomainRow = Positioned & { readonly domain: string }

export async function listDomainRows(db: Db, accountId: string, page: PageAfter): Promise<DomainRow[]> {
  return pageOf<DomainRow>(
    db,
    page,
    sql`d.id`,
    sql`d.domain from account_domain_blocks d where d.account_id = ${accountId}::bigint`,
  )
}

export type NoteRow = Positioned & Named & { readonly comment: string }

export async function listNoteRows(db: Db, accountId: string, page: PageAfter): Promise<NoteRow[]> {
  return pageOf<NoteRow>(
    db,
    page,
    sql`n.target_id`,
    sql`${named}, n.comment
      from account_notes n join actors a on a.id = n.target_id where n.account_id = ${accountId}::bigint`,
  )
}

/** A status by what its id is made of; `statusUri` is null for one of ours. */
export type StatusRow = Positioned & Named & { readonly statusId: string; readonly statusUri: string | null }

export async function listBookmarkRows(db: Db, accountId: string, page: PageAfter): Promise<StatusRow[]> {
  return pageOf<StatusRow>(
    db,
    page,
    sql`b.id`,
    sql`${named}, s.id as status_id, s.uri as status_uri
      from bookmarks b join statuses s on s.id = b.status_id join actors a on a.id = s.actor_id
      where b.account_id = ${accountId}::bigint and s.deleted_at is null`,
  )
}

/** Statuses that a filter hides one by one: a bounded number. */
export async function listFilteredRows(db: Db, filterId: string): Promise<StatusRow[]> {
  return pageOf<StatusRow>(
    db,
    { after: '0', limit: 1000 },
    sql`f.id`,
    sql`${named}, s.id as status_id, s.uri as status_uri
      from filter_statuses f join statuses s on s.id = f.status_id join actors a on a.id = s.actor_id
      where f.filter_id = ${filterId}::bigint`,
  )
}

/** Posts and boosts of an account, oldest first. */
export async function listOwnPostIds(db: Db, accountId: string, page: PageAfter): Promise<string[]> {
  const rows = await pageOf<Positioned>(
    db,
    page,
    sql`p.id`,
    sql`null from posts p where p.actor_id = ${accountId}::bigint and p.deleted_at is null`,
  )
  return rows.map(({ position }) => position)
}

/** Ids that posts had elsewhere before. */
export async function listFormerUris(
  db: Db,
  postIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (postIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('postFormerIds')
    .select(['postId', 'uri'])
    .where('postId', 'in', postIds)
    .orderBy('uri')
    .execute()
  const byPost = Map.groupBy(rows, ({ postId }) => postId)
  return new Map([...byPost].map(([postId, found]) => [postId, found.map(({ uri }) => uri)]))
}

export type FileRow = Positioned & {
  readonly key: string
  readonly mediaType: string
  readonly description: string | null
  readonly storedDigest: Buffer | null
}

/** Files that posts of an account show, and those of its profile. */
export async function listFileRows(db: Db, accountId: string, page: PageAfter): Promise<FileRow[]> {
  return pageOf<FileRow>(
    db,
    page,
    sql`m.id`,
    sql`m.key, m.media_type, m.description, m.stored_digest
      from media m join accounts o on o.id = m.account_id
      where m.account_id = ${accountId}::bigint and m.state = 'ready' and m.key is not null
        and (exists (select from posts p where p.id = m.status_id and p.deleted_at is null)
          or '/media/' || m.key in (o.icon_url, o.image_url))`,
  )
}

export async function noteStoredDigest(db: Db, mediaId: string, digest: Buffer): Promise<void> {
  await db.updateTable('media').set({ storedDigest: digest }).where('id', '=', mediaId).execute()
}

/** How many things of the kinds of which there are many an account has. */
export async function countContents(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select (select count(*) from follows where target_id = ${accountId}::bigint and state = 'accepted')
      + (select count(*) from follows where follower_id = ${accountId}::bigint)
      + (select count(*) from posts where actor_id = ${accountId}::bigint and deleted_at is null)
      + (select count(*) from media where account_id = ${accountId}::bigint and status_id is not null)
      + (select count(*) from bookmarks where account_id = ${accountId}::bigint) as n`.execute(db)
  return Number(rows[0]?.n)
}

export async function listFormerIdentities(
  db: Db,
  accountId: string,
): Promise<{ id: string; actorUri: string; handle: string; document: string }[]> {
  return db
    .selectFrom('formerIdentities')
    .select(['id', 'actorUri', 'handle', 'document'])
    .where('accountId', '=', accountId)
    .orderBy('id')
    .execute()
}

/** @param from tables of which `a` are the actors that are named, up to a `where` */
function pageOfNamed(
  db: Db,
  page: PageAfter,
  position: RawBuilder<unknown>,
  from: RawBuilder<unknown>,
): Promise<NamedRow[]> {
  return pageOf<NamedRow>(db, page, position, sql`${named} from ${from}`)
}

/** @param rest what follows the first column of a `select`, up to a `where` */
async function pageOf<Row extends Positioned>(
  db: Db,
  { after, limit }: PageAfter,
  position: RawBuilder<unknown>,
  rest: RawBuilder<unknown>,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ${position}::text as position, ${rest} and ${position} > ${after}::bigint
    order by ${position} limit ${limit}`.execute(db)
  return rows
}
