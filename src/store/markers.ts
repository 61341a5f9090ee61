import type { Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Markers } from '../db/schema.ts'

export const markedTimelines = ['home', 'notifications'] as const
export type MarkedTimeline = (typeof markedTimelines)[number]

/** How far a member has read a timeline, so that their other apps know. */
export type Marker = Omit<Selectable<Markers>, 'timeline'> & { readonly timeline: MarkedTimeline }

const columns = ['accountId', 'timeline', 'lastReadId', 'version', 'updatedAt'] as const

export async function listMarkers(
  db: Db,
  accountId: string,
  timelines: readonly MarkedTimeline[],
): Promise<Marker[]> {
  if (timelines.length === 0) return []
  return db
    .selectFrom('markers')
    .select(columns)
    .where('accountId', '=', accountId)
    .where('timeline', 'in', timelines)
    .$narrowType<{ timeline: MarkedTimeline }>()
    .execute()
}

/**
 * Moves a marker on from the version that was read, 0 if there was none.
 * @returns undefined when somebody else has moved it in between
 */
export async function moveMarker(tx: Tx, marker: Marker): Promise<Marker | undefined> {
  const { accountId, timeline, lastReadId, version, updatedAt } = marker
  if (version === 0) {
    return tx
      .insertInto('markers')
      .values({ accountId, timeline, lastReadId, version: 1, updatedAt })
      .onConflict((conflict) => conflict.doNothing())
      .returning(columns)
      .$narrowType<{ timeline: MarkedTimeline }>()
      .executeTakeFirst()
  }
  return tx
    .updateTable('markers')
    .set({ lastReadId, version: version + 1, updatedAt })
    .where('accountId', '=', accountId)
    .where('timeline', '=', timeline)
    .where('version', '=', version)
    .returning(columns)
    .$narrowType<{ timeline: MarkedTimeline }>()
    .executeTakeFirst()
}
