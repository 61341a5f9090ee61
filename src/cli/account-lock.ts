import { getAccount } from '../domain/accounts/get-account.ts'
import { lockAccount } from '../domain/accounts/lock-account.ts'
import { defineCommand } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountLock = defineCommand({
  path: ['account', 'lock'],
  args: ['name', 'on|off'],
  options: {},
  help: 'Let followers wait for approval, or in at once.',
  run: async (ctx, { args }) => {
    const locked = parseSwitch(args['on|off'])
    const account = await getAccount(ctx, args.name)
    await lockAccount(ctx, account, locked)
    const { id, username } = account
    return {
      json: { id, username, locked },
      text: `${username} is ${locked ? 'locked' : 'open to everybody'}.`,
    }
  },
})

function parseSwitch(value: string): boolean {
  if (value === 'on' || value === 'off') return value === 'on'
  throw new UsageError(`Say on or off, not ${value}.`)
}
