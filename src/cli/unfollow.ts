import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { unfollowActor } from '../domain/follows/unfollow-actor.ts'
import { defineCommand } from './command.ts'

export const unfollow = defineCommand({
  path: ['unfollow'],
  args: ['name', 'acct'],
  options: {},
  help: 'End a follow, or take a request back.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const target = await getActorByName(ctx, args.acct)
    await unfollowActor(ctx, account, target)
    const handle = handleOf(ctx.config, target)
    return {
      json: { state: 'none', account: handle, uri: actorUri(ctx.config, target) },
      text: `${account.username} no longer follows ${handle}.`,
    }
  },
})
