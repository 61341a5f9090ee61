import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteRelay, findRelayByUri, type Relay } from '../../store/relays.ts'

/**
 * Takes nothing more from a relay, gives it nothing more, and tells it so.
 * @throws DomainError `not_found`
 */
export async function removeRelay(ctx: Context, uri: string): Promise<Relay> {
  return transact(ctx, async (tx) => {
    const relay = await findRelayByUri(tx.db, uri)
    if (relay === undefined) throw new DomainError('not_found', `${uri} is not among the relays.`)
    await deleteRelay(tx.db, relay.id)
    const { id, kind, actorUri, inboxId } = relay
    await enqueue(tx, 'relay.removed', { relayId: id, kind, actorUri, inboxId })
    return relay
  })
}
