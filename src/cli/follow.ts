import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { followActor } from '../domain/follows/follow-actor.ts'
import { defineCommand } from './command.ts'

export const follow = defineCommand({
  path: ['follow'],
  args: ['name', 'acct'],
  options: {},
  help: 'Follow somebody: name@domain, or the address of their profile.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const target = await getActorByName(ctx, args.acct)
    const state = await followActor(ctx, account, target)
    const handle = handleOf(ctx.config, target)
    return {
      json: { state, account: handle, uri: actorUri(ctx.config, target) },
      text: state === 'accepted' ? `${account.username} follows ${handle}.` : `${handle} has been asked.`,
    }
  },
})
