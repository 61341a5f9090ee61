import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listFollowsHere } from '../../store/followers-sync.ts'
import { actorUri } from '../accounts/addresses.ts'
import { digestFollowers } from './digest-followers.ts'

/** Whether those of us who follow an actor elsewhere are others than that actor's server believes. */
export async function hasOtherFollowers(
  ctx: Pick<Context, 'config' | 'db'>,
  target: Pick<Actor, 'id'>,
  digest: string,
): Promise<boolean> {
  const follows = await listFollowsHere(ctx.db, target.id)
  const ids = follows
    .filter(({ state }) => state === 'accepted')
    .map(({ username }) => actorUri(ctx.config, { ...local, username }))
  return digestFollowers(ids) !== digest
}

const local = { type: 'Person', domain: null, uri: null, url: null } as const
