import { getAccount } from '../domain/accounts/get-account.ts'
import { unfeatureTag } from '../domain/featured/feature-tag.ts'
import { defineCommand } from './command.ts'

export const tagsUnfeature = defineCommand({
  path: ['tags', 'unfeature'],
  args: ['name', 'tag'],
  options: {},
  help: 'No longer show a hashtag on a profile.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const tag = await unfeatureTag(ctx, account, args.tag)
    return { json: { tag, featured: false }, text: `${account.username} no longer features #${tag}.` }
  },
})
