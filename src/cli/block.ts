import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { blockActor } from '../domain/moderation/block-actor.ts'
import { defineCommand } from './command.ts'

export const block = defineCommand({
  path: ['block'],
  args: ['name', 'acct'],
  options: {},
  help: 'Have nothing to do with somebody: no follows, no posts, no replies, either way.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const target = await getActorByName(ctx, args.acct)
    await blockActor(ctx, account, target)
    const handle = handleOf(ctx.config, target)
    return {
      json: { blocked: true, account: handle, uri: actorUri(ctx.config, target) },
      text: `${account.username} blocks ${handle}.`,
    }
  },
})
