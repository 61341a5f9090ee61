import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import type { Context } from '../context.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { changeKit, createKit, type KitChoices } from '../domain/kits/create-kit.ts'
import { describeKit, type KitView } from '../domain/kits/describe-kit.ts'
import { partKinds } from '../domain/kits/kit-format.ts'
import { saveCopy } from '../domain/kits/save-copy.ts'
import { requireKit } from '../domain/kits/write-copy.ts'
import { messageOf, OperatorError } from '../lib/errors.ts'
import { showProgress } from '../lib/progress.ts'
import type { Actor } from '../store/actors.ts'
import { countContents } from '../store/kit-contents.ts'
import { defineCommand } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountKit = defineCommand({
  path: ['account', 'kit'],
  args: ['name'],
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      required: true,
      help: 'Where to write it; an older kit there is replaced.',
    },
    'passphrase-file': {
      type: 'string',
      value: 'F',
      help: 'A file with the passphrase of a new kit; without it, a copy of the kit that there is.',
    },
    standby: {
      type: 'string',
      value: 'ACCT',
      help: 'The account elsewhere to which followers are led; it must name this one as an alias.',
    },
    'with-key': {
      type: 'boolean',
      help: 'The private keys too: whoever opens the kit can speak as the account.',
    },
    'with-media': { type: 'boolean', help: 'The files too, and not only where they are.' },
  },
  help: 'Write the recovery kit of an account: what it takes to come back elsewhere, encrypted.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const { standby } = options
    const choices = { standby, withKey: options['with-key'], withMedia: options['with-media'] }
    await requireKitOrNothing(options.out)
    await prepare(ctx, account, options['passphrase-file'], choices)
    const bytes = await write(ctx, account, options.out)
    const kit = await describeKit(ctx, account)
    if (kit === undefined) throw new Error('The kit is gone')
    return { json: toJson(account, options.out, bytes, kit), text: toText(account, options.out, bytes, kit) }
  },
})

/** A passphrase makes a new kit; choices alone are added to those of the one that there is. */
async function prepare(
  ctx: Context,
  account: Actor,
  passphraseFile: string | undefined,
  choices: KitChoices,
): Promise<void> {
  if (passphraseFile !== undefined)
    return createKit(ctx, account, await readPassphrase(passphraseFile), choices)
  if (choices.standby === undefined && !choices.withKey && !choices.withMedia) return
  const { standbyUri, includesKey, includesMedia } = await requireKit(ctx, account.id)
  await changeKit(ctx, account, {
    standby: choices.standby ?? standbyUri ?? undefined,
    withKey: choices.withKey || includesKey,
    withMedia: choices.withMedia || includesMedia,
  })
}

async function readPassphrase(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The passphrase cannot be read: ${messageOf(error)}.`)
  })
  return text.replace(/\r?\n$/, '')
}

/** @throws OperatorError when something else than a kit is there */
async function requireKitOrNothing(path: string): Promise<void> {
  const start = '{"format":"holdfast-kit"'
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(start.length), 0, start.length, 0)
    if (buffer.toString('utf8', 0, bytesRead) === start) return
  } finally {
    await file.close()
  }
  throw new OperatorError(`${path} is there already and is no recovery kit: name another file.`)
}

/** The file appears when it is whole. */
async function write(ctx: Context, { id }: Actor, path: string): Promise<number> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  const total = await countContents(ctx.db, id)
  const progress = showProgress('Writing the kit')
  try {
    const bytes = await saveCopy(ctx, id, unfinished, (items) => progress.update(items, total))
    await rename(unfinished, path)
    return bytes
  } catch (error) {
    await rm(unfinished, { force: true })
    throw isFileError(error) ? new OperatorError(`${path} cannot be written: ${messageOf(error)}.`) : error
  } finally {
    progress.end()
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function toJson({ id, username }: Actor, file: string, bytes: number, kit: KitView) {
  return {
    ...{ id, username, file, bytes },
    standby: kit.standby?.uri ?? null,
    with_key: kit.includesKey,
    with_media: kit.includesMedia,
    made_at: kit.refreshedAt?.toISOString() ?? null,
    contents: kit.facts,
  }
}

function toText({ username }: Actor, file: string, bytes: number, kit: KitView): string {
  const held = partKinds.flatMap((kind) =>
    kit.facts[kind] === undefined ? [] : `${kind.replaceAll('_', ' ')} ${kit.facts[kind]}`,
  )
  const lines = [
    `The recovery kit of ${username} is in ${file} (${bytes} bytes). It holds: ${held.join(', ')}.`,
    kit.standby === null
      ? 'It has no standby: name one with --standby, so that followers can be led there.'
      : `Its letters lead to ${kit.standby.handle ?? kit.standby.uri}.`,
    kit.includesKey
      ? 'It holds the private keys: whoever opens it can speak as the account.'
      : 'It holds no private key: letters do not reach GoToSocial, Akkoma, Pleroma, Misskey since 2024.5, snac2 and BookWyrm.',
  ]
  return lines.join('\n')
}
