import { getAccount } from '../domain/accounts/get-account.ts'
import { statusUri } from '../domain/accounts/addresses.ts'
import { deletePost } from '../domain/statuses/delete-post.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const postsDelete = defineCommand({
  path: ['posts', 'delete'],
  args: ['name', 'id'],
  options: {},
  help: 'Take a post back, here and everywhere that it went.',
  run: async (ctx, { args }) => {
    const id = parseId(args.id)
    const author = await getAccount(ctx, args.name)
    await deletePost(ctx, author, id)
    return { json: { id, uri: statusUri(ctx.config, { id, uri: null }, author) }, text: `Deleted ${id}.` }
  },
})
