import type { Context } from '../../context.ts'
import { listActors, listPresentActors, type Actor } from '../../store/actors.ts'
import { listFamiliarFollowers } from '../../store/follow-choices.ts'
import { presentAccountsById } from '../entities/account.ts'
import { presentRelationships } from '../entities/relationship.ts'
import { flag, ids, read } from '../input.ts'
import type { Call } from '../route.ts'

/** How many of those who are familiar are named for each. */
const familiarShown = 40

/** https://docs.joinmastodon.org/methods/accounts/#relationships */
export async function showRelationships(ctx: Context, { viewer, input }: Call<Actor>) {
  const { id, with_suspended: withSuspended } = read(input, { id: ids, with_suspended: flag })
  const actors = await listPresentActors(ctx.db, id)
  const shown = actors.filter((actor) => withSuspended === true || actor.suspendedAt === null)
  const known = new Set(shown.map((actor) => actor.id))
  return presentRelationships(
    ctx,
    viewer,
    id.filter((each) => known.has(each)),
  )
}

/** https://docs.joinmastodon.org/methods/accounts/#familiar_followers */
export async function showFamiliarFollowers(ctx: Context, { viewer, input }: Call<Actor>) {
  const { id } = read(input, { id: ids })
  const familiar = await listFamiliarFollowers(ctx.db, viewer.id, id, familiarShown)
  const actors = await listActors(ctx.db, [...new Set(familiar.map(({ actorId }) => actorId))])
  const accounts = await presentAccountsById(ctx, actors)
  return [...new Set(id)].map((each) => ({
    id: each,
    accounts: familiar
      .filter(({ targetId }) => targetId === each)
      .flatMap(({ actorId }) => accounts.get(actorId) ?? []),
  }))
}
