import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { FilterKeywords, Filters, FilterStatuses } from '../db/schema.ts'

export type FilterKeyword = Selectable<FilterKeywords>
export type FilterStatus = Selectable<FilterStatuses>
export type Filter = Selectable<Filters> & {
  readonly keywords: readonly FilterKeyword[]
  readonly statuses: readonly FilterStatus[]
}

/** All of an account, also those that have ended: an account may have a bounded number only. */
export async function listFilters(db: Db, accountId: string): Promise<Filter[]> {
  return listFiltersOf(db, [accountId])
}

/** Those of any number of accounts, with the same three queries. */
export async function listFiltersOf(db: Db, accountIds: readonly string[]): Promise<Filter[]> {
  const filters = await db
    .selectFrom('filters')
    .selectAll()
    .where((eb) => eb('accountId', '=', eb.fn.any(sql<string[]>`${accountIds}::bigint[]`)))
    .orderBy('id')
    .execute()
  if (filters.length === 0) return []
  const ids = filters.map(({ id }) => id)
  const [keywords, statuses] = await Promise.all([
    db.selectFrom('filterKeywords').selectAll().where('filterId', 'in', ids).orderBy('id').execute(),
    db.selectFrom('filterStatuses').selectAll().where('filterId', 'in', ids).orderBy('id').execute(),
  ])
  const byFilter = Map.groupBy(keywords, ({ filterId }) => filterId)
  const statusesByFilter = Map.groupBy(statuses, ({ filterId }) => filterId)
  return filters.map((filter) => ({
    ...filter,
    keywords: byFilter.get(filter.id) ?? [],
    statuses: statusesByFilter.get(filter.id) ?? [],
  }))
}

export async function insertFilter(tx: Tx, filter: Insertable<Filters>): Promise<void> {
  await tx.insertInto('filters').values(filter).execute()
}

export async function updateFilter(
  tx: Tx,
  id: string,
  changes: Partial<Pick<Filter, 'title' | 'contexts' | 'action' | 'expiresAt'>>,
): Promise<void> {
  if (Object.keys(changes).length > 0)
    await tx.updateTable('filters').set(changes).where('id', '=', id).execute()
}

export async function deleteFilter(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('filters').where('id', '=', id).execute()
}

export async function insertFilterKeyword(tx: Tx, keyword: Insertable<FilterKeywords>): Promise<void> {
  await tx.insertInto('filterKeywords').values(keyword).execute()
}

export async function updateFilterKeyword(
  tx: Tx,
  id: string,
  changes: Partial<Pick<FilterKeyword, 'keyword' | 'wholeWord'>>,
): Promise<void> {
  if (Object.keys(changes).length > 0)
    await tx.updateTable('filterKeywords').set(changes).where('id', '=', id).execute()
}

export async function deleteFilterKeyword(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('filterKeywords').where('id', '=', id).execute()
}

/** A status that is there already stays as it is. */
export async function insertFilterStatus(tx: Tx, status: Insertable<FilterStatuses>): Promise<void> {
  await tx
    .insertInto('filterStatuses')
    .values(status)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteFilterStatus(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('filterStatuses').where('id', '=', id).execute()
}
