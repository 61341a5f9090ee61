import { getAccount } from '../domain/accounts/get-account.ts'
import { statusUri } from '../domain/accounts/addresses.ts'
import { editPost } from '../domain/statuses/edit-post.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const postsEdit = defineCommand({
  path: ['posts', 'edit'],
  args: ['name', 'id', 'text'],
  options: {
    summary: { type: 'string', value: 'S', help: 'Content warning; none unless given.' },
    language: { type: 'string', value: 'L', help: 'Its language; as before unless given.' },
  },
  help: 'Change what a post says, here and everywhere that it went.',
  run: async (ctx, { args, options }) => {
    const id = parseId(args.id)
    const author = await getAccount(ctx, args.name)
    await editPost(ctx, author, id, { text: args.text, ...options })
    const uri = statusUri(ctx.config, { id, uri: null }, author)
    return { json: { id, uri }, text: `Edited ${id}: ${uri}` }
  },
})
