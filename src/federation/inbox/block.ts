import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { receiveBlock } from '../../domain/moderation/receive-block.ts'
import type { Listener } from './listener.ts'

/** https://www.w3.org/TR/activitypub/#block-activity-outbox: sent to whom it is about, as Mastodon does. */
export const onBlock: Listener = async (ctx, { activity, actor }) => {
  const { id: targetUri } = activity.object
  const target = targetUri === undefined ? undefined : await findAccountByUri(ctx, targetUri)
  if (target === undefined || target.type === 'Application' || target.deletedAt !== null) return undefined
  return (tx) => receiveBlock(tx, { by: actor, target, uri: activity.id })
}
