import { getAccount } from '../domain/accounts/get-account.ts'
import { followTag } from '../domain/tags/follow-tag.ts'
import { defineCommand } from './command.ts'

export const tagsFollow = defineCommand({
  path: ['tags', 'follow'],
  args: ['name', 'tag'],
  options: {},
  help: 'Follow a hashtag.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const tag = await followTag(ctx, account, args.tag)
    return { json: { tag, following: true }, text: `${account.username} follows #${tag}.` }
  },
})
