import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { rejectFollow } from '../domain/follows/answer-follow.ts'
import { defineCommand } from './command.ts'

export const followersReject = defineCommand({
  path: ['followers', 'reject'],
  args: ['name', 'acct'],
  options: {},
  help: 'Turn a follower away, before or after letting them in.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const follower = await getActorByName(ctx, args.acct)
    await rejectFollow(ctx, account, follower.id)
    const handle = handleOf(ctx.config, follower)
    return {
      json: { state: 'none', account: handle, uri: actorUri(ctx.config, follower) },
      text: `${handle} no longer follows ${account.username}.`,
    }
  },
})
