import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { prepared } from '../db/prepared.ts'
import type { LinkCard } from '../db/json.ts'

/** Which status links where; its earlier link is forgotten. */
export type StatusLink = { readonly statusId: string; readonly url: string }

/**
 * Notes links, with the same few statements for any number of them.
 * @param before a card that was asked for earlier than `card` is asked for again, one that could not be had than `none`
 * @returns the addresses that are to be asked now; whoever notes one of them later is not told
 */
export async function saveStatusLinks(
  tx: Tx,
  links: readonly StatusLink[],
  at: Date,
  before: { readonly card: Date; readonly none: Date },
): Promise<string[]> {
  if (links.length === 0) return []
  // In one order, so that nobody waits for each other.
  const urls = [...new Set(links.map(({ url }) => url))].sort()
  const { rows: added } = await sql<{ url: string }>`
    insert into link_previews (url, asked_at, created_at)
    select url, ${at}::timestamptz, ${at}::timestamptz from unnest(${urls}::text[]) url
    on conflict (url) do nothing returning url`.execute(tx)
  const { rows: aged } = await sql<{ url: string }>`
    update link_previews set asked_at = ${at} where url = any(${urls}::text[])
      and asked_at < case when card is null then ${before.none}::timestamptz else ${before.card}::timestamptz end
    returning url`.execute(tx)
  await sql`
    insert into status_links (status_id, preview_id)
    select l.status_id, p.id
    from unnest(${links.map(({ statusId }) => statusId)}::bigint[], ${links.map(({ url }) => url)}::text[])
      l (status_id, url)
    join link_previews p on p.url = l.url
    on conflict (status_id) do update set preview_id = excluded.preview_id`.execute(tx)
  return [...added, ...aged].map(({ url }) => url)
}

export async function deleteStatusLink(tx: Tx, statusId: string): Promise<void> {
  await tx.deleteFrom('statusLinks').where('statusId', '=', statusId).execute()
}

export async function isPreviewWanted(db: Db, url: string): Promise<boolean> {
  const row = await db.selectFrom('linkPreviews').select('id').where('url', '=', url).executeTakeFirst()
  return row !== undefined
}

/** @param card null when there is nothing to show */
export async function saveCard(db: Db, url: string, card: LinkCard | null, at: Date): Promise<void> {
  await db
    .updateTable('linkPreviews')
    .set({ card: card && JSON.stringify(card), fetchedAt: at })
    .where('url', '=', url)
    .execute()
}

/** A card with the address as it was posted. */
export type Preview = { readonly id: string; readonly url: string; readonly card: LinkCard }

/** The cards of statuses, by the ids of these. */
export async function listCards(db: Db, statusIds: readonly string[]): Promise<ReadonlyMap<string, Preview>> {
  if (statusIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('statusLinks as l')
    .innerJoin('linkPreviews as p', 'p.id', 'l.previewId')
    .modifyFront(prepared)
    .select(['l.statusId', 'p.id', 'p.url', 'p.card'])
    .where('l.statusId', '=', sql<string>`any(${statusIds}::bigint[])`)
    .where('p.card', 'is not', null)
    .execute()
  return new Map(rows.map(({ statusId, card, ...rest }) => [statusId, { ...rest, card: card! }]))
}

/** Cards by their ids, in that order. */
export async function listPreviews(db: Db, ids: readonly string[]): Promise<Preview[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('linkPreviews')
    .select(['id', 'url', 'card'])
    .where('id', 'in', ids)
    .where('card', 'is not', null)
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row === undefined ? [] : [{ ...row, card: row.card! }]
  })
}

/** What has a card, by the address as it was posted or as the page has it. */
export async function findPreviewId(db: Db, url: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('linkPreviews')
    .select('id')
    .where('url', '=', url)
    .where('card', 'is not', null)
    .executeTakeFirst()
  return row?.id
}

/** What was linked to in public on a day (UTC), and by how many. */
export type LinkDay = {
  readonly id: string
  readonly day: Date
  readonly uses: number
  readonly accounts: number
}

export async function listLinkDays(db: Db, ids: readonly string[], since: Date): Promise<LinkDay[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<LinkDay>`
    select l.preview_id as id, date_trunc('day', s.created_at, 'UTC') as day,
      count(*)::integer as uses, count(distinct s.actor_id)::integer as accounts
    from status_links l join statuses s on s.id = l.status_id
    where l.preview_id = any(${ids}::bigint[]) and s.visibility = 'public' and s.deleted_at is null
      and s.created_at >= ${since}
    group by 1, 2`.execute(db)
  return rows
}

/**
 * Forgets addresses to which nothing links any more, a batch at a time.
 * @param before those that were noted or asked later stay
 */
export async function pruneLinkPreviews(db: Db, before: Date): Promise<{ isDone: boolean }> {
  const batch = 1000
  const result = await sql`
    delete from link_previews p using (
      select id from link_previews old where asked_at < ${before}
        and not exists (select from status_links l where l.preview_id = old.id) limit ${batch}
    ) gone
    where p.id = gone.id`.execute(db)
  return { isDone: Number(result.numAffectedRows ?? 0n) < batch }
}
