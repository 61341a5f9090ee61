import { getAccount } from '../domain/accounts/get-account.ts'
import { leave, leaveAtOnce } from '../domain/accounts/leave.ts'
import { defineCommand } from './command.ts'

export const accountDelete = defineCommand({
  path: ['account', 'delete'],
  args: ['name'],
  options: {
    now: { type: 'boolean', help: 'At once, and for good: nobody can undo it.' },
    'last-owner': { type: 'boolean', help: 'Also the last account that owns this place.' },
  },
  help: 'Hide an account, and delete it after 30 days in which its member may keep it.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const { id, username } = account
    const chosen = { evenLastOwner: options['last-owner'] }
    if (options.now) {
      await leaveAtOnce(ctx, account, chosen)
      return {
        json: { id, username, deleted_at: ctx.now().toISOString() },
        text: `${username} is being deleted, and everybody who knows them is told.`,
      }
    }
    const deletedAt = (await leave(ctx, account, chosen)).toISOString()
    return { json: { id, username, deleted_at: deletedAt }, text: `${username} is deleted on ${deletedAt}.` }
  },
})
