import { getAccount } from '../domain/accounts/get-account.ts'
import { reactToStatus } from '../domain/interactions/react-to-status.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsReact = defineCommand({
  path: ['posts', 'react'],
  args: ['name', 'post', 'emoji'],
  options: {},
  help: 'Put an emoji under a post, given by its id or address.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await reactToStatus(ctx, account, id, args.emoji)
    return { json: { id, emoji: args.emoji }, text: `Put ${args.emoji} under ${id}.` }
  },
})
