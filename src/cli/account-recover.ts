import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { getRecovery } from '../domain/recovery/describe-recovery.ts'
import { openLocker } from '../domain/lockers/open-locker.ts'
import { dropOpened, openRecovery } from '../domain/recovery/open-recovery.ts'
import { restoreKit } from '../domain/recovery/restore-kit.ts'
import { scheduleTurn } from '../domain/recovery/schedule-turn.ts'
import { startRecovery } from '../domain/recovery/start-recovery.ts'
import { messageOf } from '../lib/errors.ts'
import { showProgress } from '../lib/progress.ts'
import type { Actor } from '../store/actors.ts'
import type { Recovery } from '../store/recoveries.ts'
import { defineCommand, type CommandIo } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountRecover = defineCommand({
  path: ['account', 'recover'],
  args: ['name', 'kit'],
  options: {
    'passphrase-file': {
      type: 'string',
      value: 'F',
      required: true,
      help: 'A file with the passphrase of the kit.',
    },
    former: {
      type: 'string',
      value: 'ACCT',
      help: 'With the address of an instance in place of a file: whose kit lies in a locker there.',
    },
    yes: { type: 'boolean', help: 'Begin without asking.' },
  },
  help: 'Bring an account back from a server that is gone, with its recovery kit.',
  run: async (ctx, { args, options, io }) => {
    const account = await getAccount(ctx, args.name)
    const passphrase = await readPassphrase(options['passphrase-file'])
    const source = findKit(ctx, args.kit, options.former, passphrase)
    const opened = await openRecovery(ctx, account, source, passphrase)
    if (!options.yes && !(await isAgreed(io, account, opened))) {
      await dropOpened(ctx, account)
      return { json: null, text: 'Nothing was changed.' }
    }
    const id = await startRecovery(ctx, account, opened.id, { restMs: patienceMs })
    await restore(ctx, account, id)
    const recovery = await getRecovery(ctx, account, id)
    return { json: toJson(recovery), text: toText(account, recovery) }
  },
})

async function readPassphrase(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The passphrase cannot be read: ${messageOf(error)}.`)
  })
  return text.replace(/\r?\n$/, '')
}

/** A file, or what lies in a locker of the instance at an address. */
function findKit(
  ctx: Context,
  kit: string,
  former: string | undefined,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  const isAddress = /^https?:\/\//.test(kit)
  if (isAddress !== (former !== undefined))
    throw new UsageError('A kit in a locker needs the address of the instance, and --former ACCT.')
  return isAddress && former !== undefined ? openLocker(ctx, kit, former, passphrase) : readFileOf(kit)
}

async function* readFileOf(path: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path)
  try {
    for await (const chunk of stream) yield chunk as Buffer
  } catch (error) {
    throw new UsageError(`The kit cannot be read: ${messageOf(error)}.`)
  }
}

/** Only at a terminal is there somebody to ask. */
async function isAgreed(io: CommandIo, account: Actor, opened: Recovery): Promise<boolean> {
  if (io.stdin.isTTY !== true) return true
  io.stderr.write(`${summarise(opened)}\n`)
  const reader = createInterface({ input: io.stdin, output: io.stderr })
  const answer = await reader.question(`Bring this back as ${account.username}? [y/N] `)
  reader.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** For so long the server leaves to this process what it does first. */
const patienceMs = 60_000

/** What the kit holds is put in its place here; the server asks and tells others. */
async function restore(ctx: Context, account: Actor, id: string): Promise<void> {
  const recovery = await getRecovery(ctx, account, id)
  const total = Object.values(recovery.facts).reduce<number>((sum, count) => sum + Number(count), 0)
  const progress = showProgress('Restoring')
  await restoreKit(ctx, account, recovery, Infinity, (items) => progress.update(items, total))
  progress.end()
  await transact(ctx, (tx) => scheduleTurn(tx, id, tx.now()))
}

function summarise({ formerHandle, kitMadeAt, hasKey, facts }: Recovery): string {
  const counts = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === 'number' && value > 0 && name !== 'profile' && name !== 'key'
      ? [`  ${name.replaceAll('_', ' ')}: ${value}`]
      : [],
  )
  const means = hasKey
    ? 'It has the key of the account: all servers that know moves believe it.'
    : 'It has letters, and not the key: GoToSocial, Akkoma, Pleroma, snac2 and BookWyrm will not believe them.'
  return [`A kit of @${formerHandle}, made at ${kitMadeAt.toISOString()}, with`, ...counts, means].join('\n')
}

function toJson(recovery: Recovery) {
  const { id, formerUri, formerHandle, kitMadeAt, hasKey, facts, state } = recovery
  return {
    ...{ id, state, former: formerUri, handle: formerHandle, made_at: kitMadeAt.toISOString() },
    ...{ has_key: hasKey, holds: facts },
  }
}

function toText(account: Actor, recovery: Recovery): string {
  const next = `holdfast account recovery ${account.username}`
  return (
    `${account.username} is @${recovery.formerHandle} come back. ` +
    `Followers are told while the server runs; see how far that is with: ${next}`
  )
}
