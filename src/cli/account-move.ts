import { getAccount } from '../domain/accounts/get-account.ts'
import { cancelMove } from '../domain/moving/cancel-move.ts'
import { moveAccount } from '../domain/moving/move-account.ts'
import { defineCommand } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountMove = defineCommand({
  path: ['account', 'move'],
  args: ['name'],
  options: {
    to: {
      type: 'string',
      value: 'ACCT',
      help: 'The account elsewhere, which must name this one as an alias.',
    },
    undo: {
      type: 'boolean',
      help: 'Take the redirect back; followers who left do not return by themselves.',
    },
  },
  help: 'Move an account to another server, with its followers.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const { username } = account
    if (options.undo === (options.to !== undefined)) throw new UsageError('Say either --to ACCT or --undo.')
    if (options.to === undefined) {
      await cancelMove(ctx, account)
      return { json: { username, moved_to: null }, text: `${username} lives here again.` }
    }
    const uri = await moveAccount(ctx, account, options.to)
    return { json: { username, moved_to: uri }, text: `${username} has moved to ${uri}.` }
  },
})
