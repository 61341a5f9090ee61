import { getAccount } from '../domain/accounts/get-account.ts'
import { issueToken } from '../domain/auth/issue-token.ts'
import { defineCommand } from './command.ts'

const everyday = 'read write follow push'

export const accountToken = defineCommand({
  path: ['account', 'token'],
  args: ['name'],
  options: {
    scopes: { type: 'string', value: '"S ..."', help: `What it allows; "${everyday}" unless given.` },
  },
  help: 'Issue an access token for apps and scripts, shown this once.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const scopes = (options.scopes ?? everyday).split(/\s+/).filter((scope) => scope !== '')
    const token = await issueToken(ctx, account.id, scopes)
    return { json: { access_token: token }, text: token }
  },
})
