import { getAccount } from '../domain/accounts/get-account.ts'
import { likeStatus } from '../domain/interactions/like-status.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsLike = defineCommand({
  path: ['posts', 'like'],
  args: ['name', 'post'],
  options: {},
  help: 'Like a post, given by its id or address.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await likeStatus(ctx, account, id)
    return { json: { id }, text: `Liked ${id}.` }
  },
})
