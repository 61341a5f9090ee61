import { getAccount } from '../domain/accounts/get-account.ts'
import { unpinPost } from '../domain/featured/pin-post.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsUnpin = defineCommand({
  path: ['posts', 'unpin'],
  args: ['name', 'post'],
  options: {},
  help: 'No longer show a post first.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await unpinPost(ctx, account, id)
    return { json: { id, pinned: false }, text: `Unpinned ${id}.` }
  },
})
