import type { ReferenceExpression, SelectQueryBuilder } from 'kysely'

/** Which part of a list, by the ids of its rows; the API reads it from what an app asks. */
export type IdRange = {
  readonly maxId?: string | undefined
  readonly sinceId?: string | undefined
  readonly minId?: string | undefined
  readonly limit: number
}

/** Narrows a query to a range. With `minId` the rows come oldest first: `inOrder` turns them round. */
export function within<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  column: ReferenceExpression<DB, Tables>,
  { maxId, sinceId, minId, limit }: IdRange,
): SelectQueryBuilder<DB, Tables, Row> {
  let narrowed = query.limit(limit).orderBy(column as never, minId === undefined ? 'desc' : 'asc')
  if (maxId !== undefined) narrowed = narrowed.where(column, '<', maxId as never)
  if (sinceId !== undefined) narrowed = narrowed.where(column, '>', sinceId as never)
  if (minId !== undefined) narrowed = narrowed.where(column, '>', minId as never)
  return narrowed
}

/** Newest first, whichever way they were read. */
export function inOrder<Row>(rows: readonly Row[], { minId }: IdRange): Row[] {
  return minId === undefined ? [...rows] : rows.toReversed()
}
