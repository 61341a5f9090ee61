import type { Visibility } from '../../db/schema.ts'
import type { Status } from '../../store/statuses.ts'
import { isOpen, visibilities } from '../policy/visibility.ts'

/** What is for everybody may be boosted by everybody who sees it, what is for followers by its author alone. */
export function mayBoost(actorId: string, status: Pick<Status, 'visibility' | 'actorId'>): boolean {
  return isOpen(status) || (status.visibility === 'private' && status.actorId === actorId)
}

/** A boost is never for more people than what it boosts. */
export function narrower(one: Visibility, other: Visibility): Visibility {
  return visibilities.indexOf(one) > visibilities.indexOf(other) ? one : other
}
