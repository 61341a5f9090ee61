import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { unblockActor } from '../domain/moderation/unblock-actor.ts'
import { defineCommand } from './command.ts'

export const unblock = defineCommand({
  path: ['unblock'],
  args: ['name', 'acct'],
  options: {},
  help: 'Take a block back.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const target = await getActorByName(ctx, args.acct)
    await unblockActor(ctx, account, target)
    const handle = handleOf(ctx.config, target)
    return {
      json: { blocked: false, account: handle, uri: actorUri(ctx.config, target) },
      text: `${account.username} no longer blocks ${handle}.`,
    }
  },
})
