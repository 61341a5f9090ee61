import { getAccount } from '../domain/accounts/get-account.ts'
import { addAlias } from '../domain/moving/add-alias.ts'
import { removeAlias } from '../domain/moving/remove-alias.ts'
import type { Context } from '../context.ts'
import type { Actor } from '../store/actors.ts'
import { defineCommand } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountAlias = defineCommand({
  path: ['account', 'alias'],
  args: ['name', 'add|remove|list', '[acct]'],
  options: {},
  help: 'Say which accounts elsewhere are the same person, so that they may move here.',
  run: async (ctx, { args }) => {
    await change(ctx, await getAccount(ctx, args.name), args['add|remove|list'], args['[acct]'])
    const { username, alsoKnownAs } = await getAccount(ctx, args.name)
    return {
      json: { username, aliases: alsoKnownAs },
      text: alsoKnownAs.join('\n') || `${username} has no aliases.`,
    }
  },
})

async function change(ctx: Context, account: Actor, what: string, acct: string): Promise<void> {
  const isList = what === 'list'
  if (!isList && what !== 'add' && what !== 'remove')
    throw new UsageError(`Say add, remove or list, not ${what}.`)
  if (isList !== (acct === ''))
    throw new UsageError(isList ? 'Name no account to list the aliases.' : `Say which account to ${what}.`)
  if (what === 'add') await addAlias(ctx, account, acct)
  if (what === 'remove') await removeAlias(ctx, account, acct)
}
