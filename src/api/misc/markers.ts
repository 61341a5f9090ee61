import { z } from 'zod'
import type { Context } from '../../context.ts'
import { saveMarkers } from '../../domain/markers/save-markers.ts'
import type { Actor } from '../../store/actors.ts'
import { listMarkers, markedTimelines, type Marker } from '../../store/markers.ts'
import { isoDate } from '../entities/date.ts'
import { ApiError } from '../errors.ts'
import { id, read, texts } from '../input.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/markers/#get: those that there are, of those that are asked for. */
export async function showMarkers(ctx: Context, { viewer, input }: Call<Actor>) {
  const { timeline } = read(input, { timeline: texts(10, 100) })
  const asked = markedTimelines.filter((name) => timeline.includes(name))
  return present(await listMarkers(ctx.db, viewer.id, asked))
}

const place = z.object({ last_read_id: id }).optional()

/** https://docs.joinmastodon.org/methods/markers/#create */
export async function moveMarkers(ctx: Context, { viewer, input }: Call<Actor>) {
  const given = read(input, { home: place, notifications: place })
  const places = markedTimelines.flatMap((timeline) => {
    const lastReadId = given[timeline]?.last_read_id
    return lastReadId === undefined ? [] : [{ timeline, lastReadId }]
  })
  const moved = await saveMarkers(ctx, viewer.id, places)
  if (moved === 'conflict') throw new ApiError(409, 'Conflict during update, please try again')
  return present(moved)
}

function present(markers: readonly Marker[]) {
  const entries = markers.map(({ timeline, lastReadId, version, updatedAt }) => {
    return [timeline, { last_read_id: lastReadId, version, updated_at: isoDate(updatedAt) }] as const
  })
  return Object.fromEntries(entries)
}
