import type { Context, Db } from '../../context.ts'
import { actorUri, followUri, instanceUsername } from '../../domain/accounts/addresses.ts'
import { findAccount, type Actor } from '../../store/actors.ts'
import type { Relay } from '../../store/relays.ts'
import { publicCollection } from '../vocab/write-contexts.ts'
import { writeFollow, type FollowDocument } from '../vocab/write-follow.ts'

/** Who speaks with relays: the instance's own actor. */
export async function findInstanceActor(ctx: { readonly db: Db }): Promise<Actor> {
  const actor = await findAccount(ctx.db, instanceUsername)
  if (actor === undefined) throw new Error('The instance has no actor of its own yet')
  return actor
}

/** The Follow that a relay takes for a request: Mastodon relays expect the public collection in place of themselves. */
export function writeRelayFollow(
  ctx: Pick<Context, 'config'>,
  instance: Actor,
  relay: Pick<Relay, 'id' | 'kind' | 'actorUri'>,
): FollowDocument {
  const object = relay.kind === 'litepub' && relay.actorUri !== null ? relay.actorUri : publicCollection
  return writeFollow(followUri(ctx.config, instance, relay.id), actorUri(ctx.config, instance), object)
}
