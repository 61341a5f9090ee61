import { statusUri } from '../domain/accounts/addresses.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { boostStatus } from '../domain/interactions/boost-status.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsBoost = defineCommand({
  path: ['posts', 'boost'],
  args: ['name', 'post'],
  options: {
    visibility: {
      type: 'string',
      choices: ['public', 'unlisted', 'private'],
      help: 'Who may see the boost; public unless given, and nobody who may not see the post.',
    },
  },
  help: 'Pass a post on to the followers, given by its id or address.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    const boost = await boostStatus(ctx, account, id, options.visibility)
    const uri = statusUri(ctx.config, boost, account)
    return { json: { id: boost.id, uri, boost_of_id: boost.boostOfId }, text: `Boosted ${id}: ${uri}` }
  },
})
