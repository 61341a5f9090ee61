import { actorUri, handleOf } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getActorByName } from '../domain/accounts/get-actor-by-name.ts'
import { reportActor } from '../domain/moderation/report-actor.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const report = defineCommand({
  path: ['report'],
  args: ['name', 'acct'],
  options: {
    posts: { type: 'string', value: 'IDS', help: 'Ids of posts of theirs, with commas between.' },
    comment: { type: 'string', value: 'T', help: 'What is wrong.' },
    forward: { type: 'boolean', help: 'Also to their server, which does not learn who complains.' },
  },
  help: 'Report somebody to those who moderate.',
  run: async (ctx, { args, options }) => {
    const statusIds = options.posts === undefined ? [] : options.posts.split(',').map(parseId)
    const account = await getAccount(ctx, args.name)
    const target = await getActorByName(ctx, args.acct)
    const { comment = '', forward } = options
    const id = await reportActor(ctx, account, target, { statusIds, comment, forward })
    const handle = handleOf(ctx.config, target)
    return {
      json: { id, account: handle, uri: actorUri(ctx.config, target), forwarded: forward },
      text: `Report ${id} about ${handle} is open${forward ? ', and their server is told' : ''}.`,
    }
  },
})
