import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { listActors } from '../store/actors.ts'
import { listPendingFollowers } from '../store/follows.ts'
import { defineCommand } from './command.ts'

export const followersRequests = defineCommand({
  path: ['followers', 'requests'],
  args: ['name'],
  options: {},
  help: 'List who waits to follow a locked account, longest first.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const pending = await listPendingFollowers(ctx.db, account.id)
    const ids = pending.map((follow) => follow.followerId)
    const actors = new Map((await listActors(ctx.db, ids)).map((actor) => [actor.id, actor]))
    const rows = ids.flatMap((id) => {
      const actor = actors.get(id)
      return actor ? [{ account: handleOf(ctx.config, actor), uri: actorUri(ctx.config, actor) }] : []
    })
    return { json: rows, text: rows.map((row) => row.account).join('\n') || 'Nobody waits.' }
  },
})
