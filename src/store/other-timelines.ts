import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { inOrder, within, type IdRange } from './ranges.ts'
import type { Status } from './statuses.ts'
import { inGivenOrder } from './timelines.ts'
import { notHiddenFrom, visibleTo } from './visibility.ts'

/** What was said in public with a link, by those who want to be found, newest first. @param previewId of its card */
export async function listLinkingStatuses(
  db: Db,
  viewerId: string | undefined,
  range: IdRange,
  previewId: string,
): Promise<Status[]> {
  let query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.visibility', '=', 'public')
    .where(visibleTo(viewerId))
    .where(
      sql<boolean>`statuses.id in (select l.status_id from status_links l where l.preview_id = ${previewId}::bigint)`,
    )
    .where(sql<boolean>`exists (select from actors a where a.id = statuses.actor_id and a.discoverable)`)
  if (viewerId !== undefined) query = query.where(notHiddenFrom(viewerId))
  const rows = await within(query, 'statuses.id', range).execute()
  return inGivenOrder(
    db,
    inOrder(rows, range).map(({ id }) => id),
  )
}

/** What was said to named people by a member or to them, newest first. */
export async function listDirectStatuses(db: Db, accountId: string, range: IdRange): Promise<Status[]> {
  const query = db
    .selectFrom('statuses')
    .select('statuses.id')
    .where('statuses.visibility', '=', 'direct')
    .where(
      sql<boolean>`(statuses.actor_id = ${accountId}::bigint or statuses.audience @> array[${accountId}::bigint])`,
    )
    .where(visibleTo(accountId))
    .where(notHiddenFrom(accountId))
  const rows = await within(query, 'statuses.id', range).execute()
  return inGivenOrder(
    db,
    inOrder(rows, range).map(({ id }) => id),
  )
}
