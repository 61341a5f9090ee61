import { transact } from '../db/transact.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { endAllAccess } from '../domain/auth/end-all-access.ts'
import { defineCommand } from './command.ts'

export const accountSignOut = defineCommand({
  path: ['account', 'sign-out'],
  args: ['name'],
  options: {},
  help: 'End all sessions of an account, and take every token back from apps.',
  run: async (ctx, { args }) => {
    const { id, username } = await getAccount(ctx, args.name)
    await transact(ctx, (tx) => endAllAccess(tx, id))
    return { json: { id, username }, text: `${username} is signed out everywhere.` }
  },
})
