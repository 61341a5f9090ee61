import type { Status } from '../../store/statuses.ts'

/** The host where a post was before its author brought it here; undefined for a post that began here. */
export function importedFrom({ importedAt, url }: Pick<Status, 'importedAt' | 'url'>): string | undefined {
  if (importedAt === null) return undefined
  return URL.parse(url ?? '')?.host
}
