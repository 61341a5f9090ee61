import { getAccount } from '../domain/accounts/get-account.ts'
import { unreact } from '../domain/interactions/unreact.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'

export const postsUnreact = defineCommand({
  path: ['posts', 'unreact'],
  args: ['name', 'post', 'emoji'],
  options: {},
  help: 'Take an emoji back.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    await unreact(ctx, account, id, args.emoji)
    return { json: { id, emoji: args.emoji }, text: `${args.emoji} is no longer under ${id}.` }
  },
})
