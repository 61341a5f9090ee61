import type { Filter, FilterKeyword } from '../../store/filters.ts'
import { isoDateOrNull } from '../entities/date.ts'

/** https://docs.joinmastodon.org/entities/Filter/ */
export function presentFilter(filter: Filter) {
  return {
    ...presentFilterBrief(filter),
    keywords: filter.keywords.map(presentKeyword),
    statuses: filter.statuses.map(({ id, statusId }) => ({ id, status_id: statusId })),
  }
}

/** As it stands in what it matched. */
export function presentFilterBrief({ id, title, contexts, expiresAt, action }: Filter) {
  return { id, title, context: contexts, expires_at: isoDateOrNull(expiresAt), filter_action: action }
}

/** https://docs.joinmastodon.org/entities/FilterKeyword/ */
export function presentKeyword({ id, keyword, wholeWord }: FilterKeyword) {
  return { id, keyword, whole_word: wholeWord }
}

/** https://docs.joinmastodon.org/entities/V1_Filter/: one for each keyword. */
export function presentV1(
  { contexts, expiresAt, action }: Filter,
  { id, keyword, wholeWord }: FilterKeyword,
) {
  return {
    ...{ id, phrase: keyword, context: contexts, whole_word: wholeWord },
    ...{ expires_at: isoDateOrNull(expiresAt), irreversible: action === 'hide' },
  }
}
