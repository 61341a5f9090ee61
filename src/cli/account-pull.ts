import { getAccount } from '../domain/accounts/get-account.ts'
import { pullFollowers } from '../domain/moving/pull-followers.ts'
import { defineCommand } from './command.ts'

export const accountPull = defineCommand({
  path: ['account', 'pull'],
  args: ['name', 'acct'],
  options: {},
  help: 'Tell servers that listen who moved here, when both accounts say so.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const uri = await pullFollowers(ctx, account, args.acct)
    const { username } = account
    return {
      json: { username, moved_from: uri },
      text: `Servers that listen are told that ${uri} is ${username} here.`,
    }
  },
})
