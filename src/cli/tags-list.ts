import { getAccount } from '../domain/accounts/get-account.ts'
import { listFollowedTags } from '../domain/tags/list-followed-tags.ts'
import { defineCommand } from './command.ts'

export const tagsList = defineCommand({
  path: ['tags', 'list'],
  args: ['name'],
  options: {},
  help: 'List the hashtags that an account follows.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const follows = await listFollowedTags(ctx, account)
    return {
      json: follows.map(({ tag, createdAt }) => ({ tag, since: createdAt })),
      text: follows.map(({ tag }) => `#${tag}`).join('\n') || `${account.username} follows no hashtag.`,
    }
  },
})
