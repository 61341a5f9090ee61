import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { listActors } from '../store/actors.ts'
import { listPendingFollowers } from '../store/follows.ts'
import { defineCommand } from './command.ts'

export const followersRequests = defineCommand({
  path: ['followers', 'requests'],
  args: ['name'],
  options: {},
  help: 'List who waits to follow a locked account.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const pending = await listPendingFollowers(ctx.db, account.id)
    const actors = await listActors(
      ctx.db,
      pending.map((follow) => follow.followerId),
    )
    const rows = actors.map((actor) => ({
      account: handleOf(ctx.config, actor),
      uri: actorUri(ctx.config, actor),
    }))
    return { json: rows, text: rows.map((row) => row.account).join('\n') || 'Nobody waits.' }
  },
})
