import type { Severance } from '../../store/severances.ts'
import { isoDate } from './date.ts'

/** https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent/ */
export function presentSeverance(severance: Severance) {
  const { id, type, targetName, followersCount, followingCount, createdAt } = severance
  return {
    ...{ id, type, purged: false, target_name: targetName, created_at: isoDate(createdAt) },
    ...{ followers_count: followersCount, following_count: followingCount },
  }
}

export type SeveranceJson = ReturnType<typeof presentSeverance>
