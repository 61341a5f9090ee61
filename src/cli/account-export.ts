import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { getAccount } from '../domain/accounts/get-account.ts'
import type { ArchiveManifest } from '../domain/exports/archive-format.ts'
import { exportAccount, exportLists } from '../domain/exports/export-account.ts'
import { verifyArchive } from '../domain/exports/verify-archive.ts'
import { OperatorError } from '../lib/errors.ts'
import { ArchiveError } from '../lib/open-archive.ts'
import { showProgress } from '../lib/progress.ts'
import type { Actor } from '../store/actors.ts'
import { countArchived } from '../store/archives.ts'
import { countWords } from './count-words.ts'
import { defineCommand, type Answer } from './command.ts'
import { UsageError } from './usage-error.ts'

export const accountExport = defineCommand({
  path: ['account', 'export'],
  args: ['[name]'],
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      help: 'Where the archive goes: a zip file for nobody else to read.',
    },
    csv: {
      type: 'string',
      value: 'DIR',
      help: 'Instead, where the lists go, as files that other servers read.',
    },
    force: { type: 'boolean', help: 'Also in place of a file that is there.' },
    verify: {
      type: 'string',
      value: 'FILE',
      help: 'Instead, check that an archive is whole and as it was made.',
    },
  },
  help: 'Write all of an account into a file: posts, files, lists; or check such a file.',
  run: async (ctx, { args, options }) => {
    const { out, csv, verify, force } = options
    const name = args['[name]']
    const asked = [out, csv, verify].filter((each) => each !== undefined)
    if (asked.length !== 1 || (name === '') !== (verify !== undefined))
      throw new UsageError('Say either NAME --out FILE, NAME --csv DIR or --verify FILE.')
    if (verify !== undefined) return verifyFile(verify)
    const account = await getAccount(ctx, name)
    return csv === undefined
      ? exportTo(ctx, account, resolve(out!), force)
      : exportListsTo(ctx, account, resolve(csv), force)
  },
})

async function exportListsTo(
  ctx: Context,
  account: Actor,
  directory: string,
  force: boolean,
): Promise<Answer> {
  const files = await exportLists(ctx, account, directory, { force })
  return {
    json: { files },
    text: `${directory} holds ${countWords(files.length, 'file')} of ${account.username}.`,
  }
}

async function exportTo(ctx: Context, account: Actor, path: string, force: boolean): Promise<Answer> {
  const total = await countArchived(ctx.db, account.id)
  const progress = showProgress(`Writing ${path}`)
  const onProgress = (done: number): void => progress.update(done, total)
  const manifest = await exportAccount(ctx, account, path, { force, onProgress }).finally(progress.end)
  return {
    json: { file: path, ...describe(manifest) },
    text: `${path} holds ${countContents(manifest)} of ${manifest.account}.${lost(manifest)}`,
  }
}

async function verifyFile(path: string): Promise<Answer> {
  const progress = showProgress(`Checking ${path}`)
  try {
    const manifest = await verifyArchive(path, progress.update).finally(progress.end)
    return {
      json: { file: resolve(path), valid: true, ...describe(manifest) },
      text: `${path} is whole and as it was made on ${manifest.made_at}, an archive of ${manifest.account} signed by ${manifest.signed_by}.${lost(manifest)}`,
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw new OperatorError(`${path}: ${error.message}`, { cause: error })
    throw error
  }
}

function describe({ account, actor, made_at, signed_by, counts, files, missing }: ArchiveManifest) {
  return { account, actor, made_at, signed_by, counts, files: files.length, missing }
}

function countContents({ counts }: ArchiveManifest): string {
  const posts = countWords(counts.outbox, 'post or boost', 'posts and boosts')
  const files = countWords(counts.media, 'file')
  return `${posts}, ${files}, ${countWords(counts.likes, 'like')} and ${countWords(counts.bookmarks, 'bookmark')}`
}

function lost({ missing }: ArchiveManifest): string {
  const files = countWords(missing.length, 'file')
  return missing.length === 0 ? '' : ` What could not be read is not in it: ${files}.`
}
