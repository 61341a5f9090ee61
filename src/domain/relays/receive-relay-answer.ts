import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import type { Actor } from '../../store/actors.ts'
import { findRelay, setRelayState, type Relay } from '../../store/relays.ts'

/**
 * A relay takes us, or does not. Only the relay itself can say so: its actor or, where that was not known, an actor on
 * the host of its inbox, who speaks for it from then on.
 */
export async function receiveRelayAnswer(
  ctx: Context,
  answer: { from: Actor & { uri: string }; relayId: string; state: 'accepted' | 'rejected' },
): Promise<'accepted' | 'rejected' | 'ignored'> {
  const { from, relayId, state } = answer
  return transact(ctx, async (tx) => {
    const relay = await findRelay(tx.db, relayId)
    if (relay === undefined || !speaksFor(relay, from.uri)) return 'ignored'
    await setRelayState(tx.db, relay.id, { state, actorUri: from.uri })
    return state
  })
}

function speaksFor({ actorUri, inbox }: Relay, uri: string): boolean {
  return actorUri === null ? canonicalHost(uri) === canonicalHost(inbox) : actorUri === uri
}
