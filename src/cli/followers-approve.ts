import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { approveFollow } from '../domain/follows/answer-follow.ts'
import { defineCommand } from './command.ts'

export const followersApprove = defineCommand({
  path: ['followers', 'approve'],
  args: ['name', 'acct'],
  options: {},
  help: 'Let somebody follow a locked account.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const follower = await getActorByName(ctx, args.acct)
    await approveFollow(ctx, account, follower.id)
    const handle = handleOf(ctx.config, follower)
    return {
      json: { state: 'accepted', account: handle, uri: actorUri(ctx.config, follower) },
      text: `${handle} may follow ${account.username}.`,
    }
  },
})
