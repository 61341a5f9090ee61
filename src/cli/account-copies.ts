import type { Context } from '../context.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import {
  addDestination,
  lockerDestination,
  mailDestination,
  removeDestination,
  sendNow,
  webdavDestination,
  type Chosen,
} from '../domain/kits/choose-destinations.ts'
import { listKitDestinations, type KitDestination } from '../store/kit-destinations.ts'
import { defineCommand, type CommandIo } from './command.ts'
import { readPassword } from './read-password.ts'
import { formatTable } from './table.ts'
import { UsageError } from './usage-error.ts'

export const accountCopies = defineCommand({
  path: ['account', 'copies'],
  args: ['name', 'add|remove|send|list', '[place]'],
  options: {
    username: { type: 'string', value: 'U', help: 'The user name for a WebDAV folder.' },
    password: { type: 'string', value: 'P', help: 'The password for it.' },
    'password-stdin': { type: 'boolean', help: 'Read that password from standard input.' },
  },
  help: 'Say where copies of the recovery kit go: mail, a locker elsewhere, or a WebDAV folder.',
  run: async (ctx, { args, options, io }) => {
    const account = await getAccount(ctx, args.name)
    const [what, place] = [args['add|remove|send|list'], args['[place]']]
    if ((what === 'list') !== (place === ''))
      throw new UsageError('Name a place to add, remove or send to; none to list them.')
    if (what === 'add') await addDestination(ctx, account, await choose(ctx, place, options, io))
    else if (what === 'remove') await removeDestination(ctx, account, place)
    else if (what === 'send') await sendNow(ctx, account, place)
    else if (what !== 'list') throw new UsageError(`Say add, remove, send or list, not ${what}.`)
    const copies = (await listKitDestinations(ctx.db, account.id)).map(toJson)
    const rows = copies.map((each) => [each.id, each.label, each.sent_at ?? 'never', each.problem ?? ''])
    return { json: { copies }, text: formatTable(rows) || 'Copies go nowhere by themselves.' }
  },
})

type Credentials = {
  readonly username?: string | undefined
  readonly password: string | undefined
  readonly 'password-stdin': boolean
}

async function choose(ctx: Context, place: string, given: Credentials, io: CommandIo): Promise<Chosen> {
  if (place === 'mail') return mailDestination(1)
  if (place.includes('#')) return lockerDestination(ctx, place)
  const { username } = given
  if (username === undefined) throw new UsageError('A WebDAV folder needs --username U.')
  return webdavDestination(ctx, { address: place, username, password: await readPassword(io, given) })
}

function toJson({ id, kind, label, sentAt, failedAt, problem }: KitDestination) {
  return {
    id,
    kind,
    label,
    sent_at: sentAt?.toISOString() ?? null,
    failed_since: failedAt?.toISOString() ?? null,
    problem,
  }
}
