import { getAccount } from '../domain/accounts/get-account.ts'
import { unlikeStatus } from '../domain/interactions/unlike-status.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsUnlike = defineCommand({
  path: ['posts', 'unlike'],
  args: ['name', 'post'],
  options: {},
  help: 'Take a like back.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await unlikeStatus(ctx, account, id)
    return { json: { id }, text: `No longer liked: ${id}.` }
  },
})
