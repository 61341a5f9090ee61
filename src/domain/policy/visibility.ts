import type { Status } from '../../store/statuses.ts'

/** From the widest to the narrowest. */
export const visibilities = ['public', 'unlisted', 'private', 'direct'] as const

/** What decides whether somebody may see a status. */
export type Viewer = {
  readonly id: string
  readonly followsAuthor: boolean
  /** The author blocks them. */
  readonly isBlocked: boolean
}

export type Judged = Pick<
  Status,
  'visibility' | 'actorId' | 'audience' | 'deletedAt' | 'boostOfId' | 'boostOfUri'
> & {
  /** The author is suspended, here or by their own server, or of a domain that is blocked here. */
  readonly isAuthorHidden: boolean
}

/** What a boost shows, and who looks at it: their standing is with its own author. */
export type Original = { readonly status: Judged; readonly viewer: Viewer | undefined }

/**
 * May this viewer see this status? The one answer for a single object; `store/visibility.ts` says the same in SQL
 * for lists. Nobody in particular (undefined) sees what is public or unlisted. Nobody sees what somebody
 * said who is suspended or of a blocked domain. A boost shows what it boosts only to those who may see that as well, and
 * to nobody when it is gone.
 * @param original what is boosted, if this is a boost and we have it
 */
export function maySee(status: Judged, viewer: Viewer | undefined, original?: Original): boolean {
  if (!mayRead(status, viewer)) return false
  if (!isBoost(status)) return true
  return original !== undefined && mayRead(original.status, original.viewer)
}

/** Whether anybody may read it, as long as it is there. */
export function isOpen({ visibility }: Pick<Status, 'visibility'>): boolean {
  return visibility === 'public' || visibility === 'unlisted'
}

/** Whether everybody who may read a status may read what it quotes: nobody is shown more by a quote. */
export function mayShowInside(
  quoting: Pick<Status, 'visibility' | 'actorId'>,
  quoted: Pick<Status, 'visibility' | 'actorId'>,
): boolean {
  const areForTheSame = quoting.visibility === 'private' && quoted.visibility === 'private'
  return isOpen(quoted) || (areForTheSame && quoting.actorId === quoted.actorId)
}

export function isBoost(status: Pick<Status, 'boostOfId' | 'boostOfUri'>): boolean {
  return status.boostOfId !== null || status.boostOfUri !== null
}

function mayRead(status: Judged, viewer: Viewer | undefined): boolean {
  if (status.deletedAt !== null || status.isAuthorHidden || viewer?.isBlocked === true) return false
  if (isOpen(status)) return true
  if (viewer === undefined) return false
  if (viewer.id === status.actorId) return true
  if (status.audience.includes(viewer.id)) return true
  return status.visibility === 'private' && viewer.followsAuthor
}
