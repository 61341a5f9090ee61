import { prepareFilters, type FilterMatch } from '../../domain/filters/match-filters.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import type { Filter } from '../../store/filters.ts'
import { presentFilterBrief } from '../filters/present-filter.ts'
import type { StatusJson } from './status.ts'

/** https://docs.joinmastodon.org/entities/FilterResult/ */
export type FilterResultJson = {
  readonly filter: unknown
  readonly keyword_matches: readonly string[] | null
  readonly status_matches: readonly string[] | null
}

/**
 * Marks statuses, and what they boost and quote, with those of the viewer's filters that they match. Nothing is left out: apps
 * know where they show what. What the viewer wrote is not marked.
 * @param views of the same statuses, in the same order
 */
export function markFiltered(
  filters: readonly Filter[],
  at: Date,
  viewer: Pick<Actor, 'id'>,
  views: readonly StatusView[],
  statuses: readonly StatusJson[],
): StatusJson[] {
  const match = prepareFilters(filters, at)
  const find = (view: StatusView) => (view.author.id === viewer.id ? [] : match(view).map(present))
  return statuses.map((status, index) => mark(find, views[index]!, status))
}

/** A boost has the marks of what it boosts; what either quotes has its own. */
function mark(
  find: (view: StatusView) => readonly FilterResultJson[],
  view: StatusView,
  status: StatusJson,
): StatusJson {
  const { reblog, quote } = status
  if (view.boostOf !== null && reblog !== null) {
    const boosted = mark(find, view.boostOf, reblog)
    return { ...status, filtered: boosted.filtered ?? [], reblog: boosted }
  }
  const shown = quote !== null && 'quoted_status' in quote ? quote : null
  const quoted = shown?.quoted_status && view.quote?.view && mark(find, view.quote.view, shown.quoted_status)
  return {
    ...status,
    filtered: find(view),
    ...(shown && quoted && { quote: { ...shown, quoted_status: quoted } }),
  }
}

function present({ filter, keywords, statusIds }: FilterMatch): FilterResultJson {
  return {
    filter: presentFilterBrief(filter),
    keyword_matches: keywords.length > 0 ? keywords : null,
    status_matches: statusIds.length > 0 ? statusIds : null,
  }
}
