import { getAccount } from '../domain/accounts/get-account.ts'
import { makeLocker, removeLocker } from '../domain/lockers/keep-locker.ts'
import { listLockers, type Locker } from '../store/lockers.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'
import { UsageError } from './usage-error.ts'

export const accountLockers = defineCommand({
  path: ['account', 'lockers'],
  args: ['name', 'make|remove|list', '[id]'],
  options: {},
  help: 'Keep recovery kits of accounts on other instances, on behalf of an account here.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const [what, id] = [args['make|remove|list'], args['[id]']]
    if ((what === 'remove') !== (id !== '')) throw new UsageError('Name a locker to remove, and only then.')
    if (what === 'make') {
      const made = await makeLocker(ctx, account)
      return { json: made, text: `${made.address}\nThis address is shown this once: it fills the locker.` }
    }
    if (what === 'remove') await removeLocker(ctx, account, id)
    else if (what !== 'list') throw new UsageError(`Say make, remove or list, not ${what}.`)
    const lockers = (await listLockers(ctx.db, account.id)).map(toJson)
    const rows = lockers.map((each) => [each.id, `${each.bytes} bytes`, each.filled_at ?? 'empty'])
    return { json: { lockers }, text: formatTable(rows) || `${account.username} has no lockers.` }
  },
})

function toJson({ id, bytes, createdAt, filledAt, handedOutAt }: Locker) {
  return {
    id,
    bytes: Number(bytes),
    created_at: createdAt.toISOString(),
    filled_at: filledAt?.toISOString() ?? null,
    handed_out_at: handedOutAt?.toISOString() ?? null,
  }
}
