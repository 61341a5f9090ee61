import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { listMarkers, moveMarker, type MarkedTimeline, type Marker } from '../../store/markers.ts'

export type ReadUpTo = { readonly timeline: MarkedTimeline; readonly lastReadId: string }

/** @returns the markers as they are then; `conflict`, and none is moved, when another app does so at the same time */
export async function saveMarkers(
  ctx: Context,
  accountId: string,
  read: readonly ReadUpTo[],
): Promise<readonly Marker[] | 'conflict'> {
  const names = read.map(({ timeline }) => timeline)
  const before = await listMarkers(ctx.db, accountId, names)
  return transact(ctx, async (tx) => {
    const moved: Marker[] = []
    for (const { timeline, lastReadId } of read) {
      const version = before.find((marker) => marker.timeline === timeline)?.version ?? 0
      const marker = { accountId, timeline, lastReadId, version, updatedAt: tx.now() }
      const now = await moveMarker(tx.db, marker)
      if (now === undefined) throw new Conflict()
      moved.push(now)
    }
    return moved
  }).catch((error: unknown) => {
    if (error instanceof Conflict) return 'conflict' as const
    throw error
  })
}

/** Undoes what was moved already. */
class Conflict extends Error {
  override readonly name = 'Conflict'
}
