import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import { listFiltersOf } from '../../store/filters.ts'
import { listStandingsOf } from '../../store/standings.ts'
import { listSeeing, type Reading } from '../../store/stream-readers.ts'
import { listStatesOf } from '../../store/viewer-states.ts'
import { markFiltered } from './filtered.ts'
import { present, type StatusJson } from './status.ts'
import { loadSurroundings, withinView, type Reader, type Surroundings } from './surroundings.ts'

/** Takes a status for one of the readers; each is presented when it is asked for. */
export type StatusFor = (viewerId: string, statusId: string) => StatusJson | undefined

/**
 * The same as `presentStatuses` for many members, with the same few queries for any number of them.
 * @param readings who is shown what: nothing is loaded for anybody else
 */
export async function presentStatusesForMany(
  ctx: Reader,
  viewers: ReadonlyMap<string, Actor>,
  views: readonly StatusView[],
  readings: readonly Reading[],
): Promise<StatusFor> {
  const viewsById = new Map(views.map((view) => [view.status.id, view]))
  const viewerIds = [...new Set(readings.map(({ readerId }) => readerId))]
  const [common, own, filters] = await Promise.all([
    loadSurroundings(ctx, undefined, views),
    loadOwn(ctx, viewerIds, viewsById, readings),
    listFiltersOf(ctx.db, viewerIds),
  ])
  const filtersOf = Map.groupBy(filters, ({ accountId }) => accountId)
  return (viewerId, statusId) => {
    const view = viewsById.get(statusId)
    const viewer = viewers.get(viewerId)
    if (view === undefined || viewer === undefined) return undefined
    const status = present(ctx, { ...common, viewer, ...own(viewerId) }, view)
    return markFiltered(filtersOf.get(viewerId) ?? [], common.now, viewer, [view], [status])[0]
  }
}

type Own = Pick<Surroundings, 'visible' | 'states' | 'standings'>

/** What differs from viewer to viewer. */
async function loadOwn(
  ctx: Reader,
  viewerIds: readonly string[],
  views: ReadonlyMap<string, StatusView>,
  readings: readonly Reading[],
): Promise<(viewerId: string) => Own> {
  const all = [...views.values()].flatMap(withinView)
  const quoted = [...new Set(all.flatMap(({ status }) => status.quoteOfId ?? []))]
  const authorIds = all.map(({ author }) => author.id)
  const pairs = readings.flatMap(({ readerId: viewerId, statusId }) => {
    const view = views.get(statusId)
    return view === undefined ? [] : withinView(view).map(({ status }) => ({ viewerId, statusId: status.id }))
  })
  const [seeing, states, standings] = await Promise.all([
    listSeeing(ctx.db, viewerIds, quoted),
    listStatesOf(ctx.db, pairs),
    listStandingsOf(ctx.db, viewerIds, authorIds, ctx.now()),
  ])
  const seen = Map.groupBy(seeing, ({ readerId }) => readerId)
  return (viewerId) => ({
    visible: new Set(seen.get(viewerId)?.map(({ statusId }) => statusId)),
    states: states.get(viewerId) ?? new Map(),
    standings: standings.get(viewerId) ?? new Map(),
  })
}
