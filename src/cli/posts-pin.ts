import { getAccount } from '../domain/accounts/get-account.ts'
import { pinPost } from '../domain/featured/pin-post.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsPin = defineCommand({
  path: ['posts', 'pin'],
  args: ['name', 'post'],
  options: {},
  help: 'Show a post of one’s own first, given by its id or address; at most five.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await pinPost(ctx, account, id)
    return { json: { id, pinned: true }, text: `Pinned ${id}.` }
  },
})
