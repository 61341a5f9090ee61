import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { DomainError } from '../../lib/errors.ts'
import { ensureInbox, isDomainBlocked } from '../../store/hosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { findRelay, upsertRelay, type Relay, type RelayKind } from '../../store/relays.ts'

/**
 * Asks a relay to pass public posts on, in both directions; it answers in its own time.
 * @param uri the inbox of a Mastodon relay, the actor of a LitePub relay
 * @throws DomainError `invalid` for an address that will not do, `unavailable` when the actor cannot be had
 */
export async function addRelay(ctx: Context, uri: string, kind: RelayKind): Promise<Relay> {
  await checkAddress(ctx, uri)
  const place = kind === 'litepub' ? await findActorPlace(ctx, uri) : { uri, actorUri: null, inbox: uri }
  return transact(ctx, async (tx) => {
    const inboxId = 'inboxId' in place ? place.inboxId : await ensureInbox(tx.db, place.inbox)
    const { uri: name, actorUri } = place
    const relay = { id: tx.newId(), kind, uri: name, actorUri, inboxId, createdAt: tx.now() }
    const id = await upsertRelay(tx.db, relay)
    await enqueue(tx, 'relay.added', { relayId: id })
    return (await findRelay(tx.db, id))!
  })
}

async function checkAddress({ config, db }: Context, uri: string): Promise<void> {
  const host = canonicalHost(uri)
  const isAllowed = uri.startsWith('https://') || config.allowPrivateAddress
  if (host === undefined || !isAllowed) throw new DomainError('invalid', `${uri} is not an https address.`)
  if (host === new URL(config.origin).host) throw new DomainError('invalid', 'This is our own address.')
  if (await isDomainBlocked(db, host)) throw new DomainError('invalid', `${host} is blocked here.`)
}

async function findActorPlace(
  ctx: Context,
  uri: string,
): Promise<{ uri: string; actorUri: string; inboxId: number }> {
  const actor = await ctx.remote.resolveActor(uri)
  if (actor?.uri == null || actor.inboxId === null)
    throw new DomainError('unavailable', `There is no relay to be had at ${uri}.`)
  return { uri: actor.uri, actorUri: actor.uri, inboxId: actor.inboxId }
}
