import { getAccount } from '../domain/accounts/get-account.ts'
import { unfollowTag } from '../domain/tags/unfollow-tag.ts'
import { defineCommand } from './command.ts'

export const tagsUnfollow = defineCommand({
  path: ['tags', 'unfollow'],
  args: ['name', 'tag'],
  options: {},
  help: 'No longer follow a hashtag.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const tag = await unfollowTag(ctx, account, args.tag)
    return { json: { tag, following: false }, text: `${account.username} no longer follows #${tag}.` }
  },
})
