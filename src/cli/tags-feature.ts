import { getAccount } from '../domain/accounts/get-account.ts'
import { featureTag } from '../domain/featured/feature-tag.ts'
import { defineCommand } from './command.ts'

export const tagsFeature = defineCommand({
  path: ['tags', 'feature'],
  args: ['name', 'tag'],
  options: {},
  help: 'Show a hashtag on a profile; at most ten.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const tag = await featureTag(ctx, account, args.tag)
    return { json: { tag, featured: true }, text: `${account.username} features #${tag}.` }
  },
})
