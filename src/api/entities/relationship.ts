import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listRelationships, type Relationship } from '../../store/relationships.ts'
import { isoDateOrNull } from './date.ts'

/** https://docs.joinmastodon.org/entities/Relationship/ */
export type RelationshipJson = {
  readonly id: string
  readonly following: boolean
  readonly showing_reblogs: boolean
  readonly notifying: boolean
  readonly languages: readonly string[] | null
  readonly followed_by: boolean
  readonly blocking: boolean
  readonly blocked_by: boolean
  readonly muting: boolean
  readonly muting_notifications: boolean
  readonly muting_expires_at: string | null
  readonly requested: boolean
  readonly requested_by: boolean
  readonly domain_blocking: boolean
  readonly endorsed: boolean
  readonly note: string
}

/**
 * How the viewer and others stand with each other: in the order of the ids, without those that we do not know. One query
 * for any number of them.
 */
export async function presentRelationships(
  ctx: Pick<Context, 'db' | 'now'>,
  viewer: Pick<Actor, 'id'>,
  actorIds: readonly string[],
): Promise<RelationshipJson[]> {
  const found = await listRelationships(ctx.db, viewer.id, actorIds, ctx.now())
  return [...new Set(actorIds)].flatMap((id) => {
    const relationship = found.get(id)
    return relationship === undefined ? [] : [describe(relationship)]
  })
}

/** @throws Error for somebody whom we do not know */
export async function presentRelationship(
  ctx: Pick<Context, 'db' | 'now'>,
  viewer: Pick<Actor, 'id'>,
  actorId: string,
): Promise<RelationshipJson> {
  const [relationship] = await presentRelationships(ctx, viewer, [actorId])
  if (relationship === undefined) throw new Error(`There is no actor ${actorId}`)
  return relationship
}

function describe(relationship: Relationship): RelationshipJson {
  return {
    id: relationship.id,
    following: relationship.following,
    showing_reblogs: relationship.showsBoosts,
    notifying: relationship.notifies,
    languages: relationship.languages,
    followed_by: relationship.followedBy,
    blocking: relationship.blocking,
    blocked_by: relationship.blockedBy,
    muting: relationship.muting,
    muting_notifications: relationship.mutingNotifications,
    muting_expires_at: isoDateOrNull(relationship.mutingExpiresAt),
    requested: relationship.requested,
    requested_by: relationship.requestedBy,
    domain_blocking: relationship.domainBlocking,
    endorsed: relationship.endorsed,
    note: relationship.note,
  }
}
