import { actorUri } from '../../domain/accounts/addresses.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import { listFiltersOf } from '../../store/filters.ts'
import { findSeeing, listDoers, listRelations } from '../../store/stream-audience.ts'
import type { Reading } from '../../store/stream-readers.ts'
import { listStatesOf, type ViewerState } from '../../store/viewer-states.ts'
import { markFiltered } from './filtered.ts'
import { present, type StatusJson } from './status.ts'
import { loadSurroundings, withinView, type Reader, type Surroundings } from './surroundings.ts'

/** Takes a status for one of the readers; each is presented when it is asked for. */
export type StatusFor = (viewerId: string, statusId: string) => StatusJson | undefined

/** Loads what some readers see differently. @param readings who is shown what: nothing is loaded for anybody else */
export type ForReaders = (
  viewers: ReadonlyMap<string, Actor>,
  readings: readonly Reading[],
) => Promise<StatusFor>

/**
 * The same as `presentStatuses` for many members, with the same few queries for any number of them. Those for whom there is
 * no difference get the same object.
 */
export async function presentStatusesForMany(ctx: Reader, views: readonly StatusView[]): Promise<ForReaders> {
  const viewsById = new Map(views.map((view) => [view.status.id, view]))
  const common = await loadSurroundings(ctx, undefined, views)
  const alike = new Map<string, StatusJson>()
  return async (viewers, readings) => {
    const viewerIds = [...new Set(readings.map(({ readerId }) => readerId))]
    const [own, filters] = await Promise.all([
      loadOwn(ctx, viewerIds, viewsById, readings),
      listFiltersOf(ctx.db, viewerIds),
    ])
    const filtersOf = Map.groupBy(filters, ({ accountId }) => accountId)
    return (viewerId, statusId) => {
      const view = viewsById.get(statusId)
      const viewer = viewers.get(viewerId)
      if (view === undefined || viewer === undefined) return undefined
      const theirs = own(viewerId, view)
      const marks = filtersOf.get(viewerId) ?? []
      const key = marks.length > 0 ? undefined : likeness(ctx, viewer, view, theirs)
      const known = key === undefined ? undefined : alike.get(key)
      if (known !== undefined) return known
      const status = present(ctx, { ...common, viewer, ...theirs }, view)
      const marked = markFiltered(marks, common.now, viewer, [view], [status])[0]!
      if (key !== undefined) alike.set(key, marked)
      return marked
    }
  }
}

type Own = Pick<Surroundings, 'visible' | 'states' | 'standings'>

/** The same for all who are shown the same; undefined for whoever is named in what it is made of. */
function likeness(ctx: Reader, viewer: Actor, view: StatusView, own: Own): string | undefined {
  const all = withinView(view)
  const uri = actorUri(ctx.config, viewer)
  const isNamed = all.some(
    ({ author, status }) =>
      author.id === viewer.id || JSON.stringify(status.interactionPolicy ?? null).includes(uri),
  )
  if (isNamed) return undefined
  return JSON.stringify([view.status.id, [...own.visible], [...own.states], [...own.standings]])
}

const untouched: ViewerState = {
  ...{ liked: false, boosted: false, bookmarked: false, muted: false, pinned: false },
  ...{ votes: [], reactions: [] },
}

/** What differs from viewer to viewer. */
async function loadOwn(
  ctx: Reader,
  viewerIds: readonly string[],
  views: ReadonlyMap<string, StatusView>,
  readings: readonly Reading[],
): Promise<(viewerId: string, view: StatusView) => Own> {
  const shown = [...new Set(readings.map(({ statusId }) => statusId))].flatMap((id) => views.get(id) ?? [])
  const all = shown.flatMap(withinView)
  const quoted = [...new Set(all.flatMap(({ status }) => status.quoteOfId ?? []))]
  const authorIds = [...new Set(all.map(({ author }) => author.id))]
  const ids = [...new Set(all.map(({ status }) => status.id))]
  const [seeing, doers, relations] = await Promise.all([
    findSeeing(ctx.db, viewerIds, quoted),
    listDoers(ctx.db, viewerIds, ids),
    listRelations(ctx.db, viewerIds, authorIds, ctx.now()),
  ])
  const states = await listStatesOf(ctx.db, doers)
  return (viewerId, view) => {
    const within = withinView(view)
    const [done, related] = [states.get(viewerId), relations.get(viewerId)]
    const quotes = within.flatMap(({ status }) => status.quoteOfId ?? [])
    return {
      visible: new Set(quotes.filter((id) => seeing.has(viewerId, id))),
      states: new Map(within.map(({ status: { id } }) => [id, done?.get(id) ?? untouched])),
      standings: new Map(
        within.flatMap(({ author: { id } }) => {
          const standing = related?.get(id)
          return standing === undefined ? [] : [[id, standing] as const]
        }),
      ),
    }
  }
}
