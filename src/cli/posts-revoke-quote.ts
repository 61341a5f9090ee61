import { getAccount } from '../domain/accounts/get-account.ts'
import { revokeQuote } from '../domain/quotes/revoke-quote.ts'
import { defineCommand } from './command.ts'

export const postsRevokeQuote = defineCommand({
  path: ['posts', 'revoke-quote'],
  args: ['name', 'quoting-uri'],
  options: {},
  help: 'No longer let a post, given by its address, show what it quotes of an account.',
  run: async (ctx, { args }) => {
    const uri = args['quoting-uri']
    await revokeQuote(ctx, await getAccount(ctx, args.name), uri)
    return { json: { uri }, text: `${uri} no longer shows what it quotes of ${args.name}.` }
  },
})
