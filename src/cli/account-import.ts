import { basename } from 'node:path'
import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import { createArchiveImport } from '../domain/imports/archive/create-archive-import.ts'
import { workOnArchive } from '../domain/imports/archive/work-on-archive.ts'
import { isArchive, refuseTrying } from '../domain/imports/bring-file.ts'
import { workOnImport } from '../domain/imports/continue-import.ts'
import { createImport, getImport } from '../domain/imports/create-import.ts'
import { importKindNames } from '../domain/imports/kinds.ts'
import { cellsOrText } from '../domain/imports/list-failures.ts'
import type { BroughtFile } from '../domain/imports/read-file.ts'
import { DomainError } from '../lib/errors.ts'
import { showProgress } from '../lib/progress.ts'
import type { Actor } from '../store/actors.ts'
import { listImportRows, type Import, type ImportRow } from '../store/imports.ts'
import { defineCommand, type Answer } from './command.ts'
import { formatTable } from './table.ts'

const lookMs = 300
/** Nobody sits at a terminal for longer than this with nothing to see. */
const patienceMs = 5000
const failuresShown = 50

export const accountImport = defineCommand({
  path: ['account', 'import'],
  args: ['name', 'file'],
  options: {
    type: {
      type: 'string',
      value: 'T',
      choices: [...importKindNames, 'archive'],
      help: 'What the file holds, if it does not say.',
    },
    mode: {
      type: 'string',
      value: 'M',
      choices: ['merge', 'overwrite'],
      help: 'overwrite: what is here and not in the file goes.',
    },
    from: {
      type: 'string',
      value: 'ACCT',
      help: 'Of notes of a Misskey: whose they are, a handle or the id of an actor.',
    },
    'dry-run': { type: 'boolean', help: 'Only say what would be done.' },
  },
  help: 'Bring posts from an archive, or lists of whom somebody follows, blocks or mutes.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    await access(args.file).catch((cause: unknown) => {
      throw new DomainError('invalid', `${args.file} cannot be read.`, { cause })
    })
    const file = { path: args.file, name: basename(args.file) }
    const wish = { kind: options.type, mode: options.mode ?? 'merge', dryRun: options['dry-run'] } as const
    if (await isArchive(file, options.type)) {
      refuseTrying(wish)
      return present(ctx, await bringArchive(ctx, account, file, options.from))
    }
    const { id } = await createImport(ctx, account, file, wish)
    return present(ctx, await follow(ctx, account, id))
  },
})

/** The archive stays where it is, and is worked on by this process alone. */
async function bringArchive(
  ctx: Context,
  account: Actor,
  file: BroughtFile,
  from: string | undefined,
): Promise<Import> {
  const { id } = await createArchiveImport(ctx, account, file, { from, inPlace: true })
  const progress = showProgress('Bringing the archive')
  const working = new AbortController()
  const watching = watch(ctx, account, id, working.signal, progress.update)
  try {
    while ((await workOnArchive(ctx, id, file.path)) !== undefined) await delay(lookMs)
  } finally {
    working.abort()
    await watching
    progress.end()
  }
  const ended = await getImport(ctx, account, id)
  if (ended.state === 'failed')
    throw new DomainError('invalid', ended.problem ?? 'The archive cannot be read.')
  return ended
}

/** Works on it, unless a running server does: then it only watches. Rows of hosts that do not answer are left to that. */
async function follow(ctx: Context, account: Actor, id: string): Promise<Import> {
  const progress = showProgress('Importing')
  const working = new AbortController()
  const watching = watch(ctx, account, id, working.signal, progress.update)
  let now = await getImport(ctx, account, id)
  try {
    while (now.state === 'pending' || now.state === 'running') {
      const next = await workOnImport(ctx, id)
      await delay(lookMs)
      now = await getImport(ctx, account, id)
      if (now.leasedUntil === null && next !== undefined && +next - +ctx.now() > patienceMs) break
    }
  } finally {
    working.abort()
    await watching
    progress.end()
  }
  return now
}

async function watch(
  ctx: Context,
  account: Actor,
  id: string,
  signal: AbortSignal,
  update: (done: number, total: number | undefined) => void,
): Promise<void> {
  while (!signal.aborted) {
    const { position, total } = await getImport(ctx, account, id)
    update(Number(position), total ?? undefined)
    await delay(lookMs, undefined, { signal }).catch(() => undefined)
  }
}

async function present(ctx: Context, row: Import): Promise<Answer> {
  const { id, kind, state, total, added, kept, failed, removed, dryRun, problem } = row
  const failures = await listImportRows(ctx.db, id, { after: 0, limit: failuresShown, outcome: 'failed' })
  const former = kind === 'archive' && { software: row.software, former_account: row.formerUri }
  const json = {
    id,
    type: kind,
    state,
    ...former,
    dry_run: dryRun,
    total,
    added,
    kept,
    failed,
    removed,
    problem,
  }
  const would = dryRun ? 'would be ' : ''
  const counts = [`${added} ${would}added`, `${kept} there before`, `${failed} failed`]
  const text = [
    `${[...counts, `${removed} ${would}removed`].join(', ')}.${problem === null ? '' : ` ${problem}`}`,
    ...(state === 'running' ? [waitingNote(row)] : []),
    ...(failures.length === 0 ? [] : [describeFailures(failures, failed)]),
  ].join('\n')
  return { json: { ...json, failures: failures.map(presentFailure) }, text }
}

function waitingNote({ total, position }: Import): string {
  const left = (total ?? 0) - Number(position)
  return `${left} wait for servers that do not answer: a running server of ours tries them for another hour.`
}

function presentFailure(row: ImportRow) {
  return { number: row.number, cells: cellsOrText(row), detail: row.detail }
}

function describeFailures(failures: readonly ImportRow[], failed: number): string {
  const lines = failures.map((row) => [String(row.number), cellsOrText(row).join(','), row.detail ?? ''])
  const more = failed - failures.length
  const table = formatTable([['row', 'what', 'why'], ...lines])
  return more > 0 ? `${table}\n... and ${more} more.` : table
}
