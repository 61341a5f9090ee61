import { getAccount } from '../domain/accounts/get-account.ts'
import { unboost } from '../domain/interactions/unboost.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsUnboost = defineCommand({
  path: ['posts', 'unboost'],
  args: ['name', 'post'],
  options: {},
  help: 'Take a boost back.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await unboost(ctx, account, id)
    return { json: { id }, text: `No longer boosted: ${id}.` }
  },
})
