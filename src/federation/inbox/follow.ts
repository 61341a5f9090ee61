import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { receiveFollow } from '../../domain/follows/receive-follow.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#follow-activity-inbox */
export const onFollow: Listener = async (ctx, { activity, actor }) => {
  const target =
    activity.object.id === undefined ? undefined : await findAccountByUri(ctx, activity.object.id)
  if (target === undefined || target.type === 'Application' || actor.inboxId === null) return undefined
  return (tx) => receiveFollow(tx, { follower: actor, target, activityUri: activity.id })
}
