import type { Status } from '../../store/statuses.ts'

/** From the widest to the narrowest. */
export const visibilities = ['public', 'unlisted', 'private', 'direct'] as const

/** What decides whether somebody may see a status. */
export type Viewer = { readonly id: string; readonly followsAuthor: boolean }

/**
 * May this viewer see this status? The one answer for a single object; `store/visibility.ts` says the same in SQL
 * for lists. Nobody in particular (undefined) sees what is public or unlisted.
 */
export function maySee(
  status: Pick<Status, 'visibility' | 'actorId' | 'audience' | 'deletedAt'>,
  viewer: Viewer | undefined,
): boolean {
  if (status.deletedAt !== null) return false
  if (status.visibility === 'public' || status.visibility === 'unlisted') return true
  if (viewer === undefined) return false
  if (viewer.id === status.actorId) return true
  if (status.audience.includes(viewer.id)) return true
  return status.visibility === 'private' && viewer.followsAuthor
}
