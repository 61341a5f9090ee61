import type { Context } from '../../context.ts'
import { instanceUsername, localFollowId, localUsername } from '../../domain/accounts/addresses.ts'
import { receiveRelayAnswer } from '../../domain/relays/receive-relay-answer.ts'
import { enqueue } from '../../store/jobs.ts'
import { findRelay, findRelayOf } from '../../store/relays.ts'
import { enqueueRelayed } from './relayed.ts'
import type { Act, Listener, Received } from './listener.ts'

/** What a relay says as a relay; whatever else it says goes to the listener. */
export function orFromRelay(listener: Listener): Listener {
  return async (ctx, received) => (await readRelayed(ctx, received)) ?? listener(ctx, received)
}

async function readRelayed(ctx: Context, received: Received): Promise<Act | undefined> {
  switch (received.activity.type) {
    case 'Accept':
      return readAnswer(ctx, received, 'accepted')
    case 'Reject':
      return readAnswer(ctx, received, 'rejected')
    case 'Follow':
      return readFollow(ctx, received)
    case 'Announce':
      return readAnnounce(ctx, received)
    default:
      return undefined
  }
}

/** By the id of our Follow or, since some relays lose that, by the relay that the answer comes from. */
async function readAnswer(
  ctx: Context,
  { activity, actor: from }: Received,
  state: 'accepted' | 'rejected',
): Promise<Act | undefined> {
  const { id, embedded } = activity.object
  const followId = id === undefined ? undefined : localFollowId(ctx.config, id)
  const isOurs = followId === undefined && embedded?.['actor'] === `${ctx.config.origin}/actor`
  const relay = followId !== undefined ? await findRelay(ctx.db, followId) : undefined
  const found = relay ?? (isOurs ? await findRelayOf(ctx.db, from.uri) : undefined)
  return found && ((tx) => receiveRelayAnswer(tx, { from, relayId: found.id, state }))
}

/** A LitePub relay follows back whom it passes posts on to. */
async function readFollow(ctx: Context, { activity, actor }: Received): Promise<Act | undefined> {
  const { id } = activity.object
  if (id === undefined || localUsername(ctx.config, id) !== instanceUsername) return undefined
  const relay = await findRelayOf(ctx.db, actor.uri)
  if (relay?.kind !== 'litepub' || relay.state === 'rejected') return undefined
  return (tx) => enqueue(tx, 'relay.followed', { relayId: relay.id, activityUri: activity.id })
}

/** What a relay announces is kept, and shown as nobody's boost. */
async function readAnnounce(ctx: Context, { activity, actor }: Received): Promise<Act | undefined> {
  const relay = await findRelayOf(ctx.db, actor.uri)
  if (relay === undefined) return undefined
  const { id: uri } = activity.object
  return async (tx) => {
    if (uri !== undefined && relay.state === 'accepted') await enqueueRelayed(tx, relay.uri, uri)
  }
}
