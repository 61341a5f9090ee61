import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import {
  beginArchive,
  countArchived,
  findArchive,
  finishArchive,
  noteArchived,
  type Archive,
} from '../../store/archives.ts'
import { recordAct } from '../audit/record-act.ts'
import { mailArchiveLink } from './archive-links.ts'
import { writeArchive } from './write-archive.ts'

/** How long an archive is kept. */
const archiveKeptMs = 7 * 24 * 3600_000

/** How often it is said how far it is. */
const noteEveryMs = 1000

/**
 * Makes an archive that was asked for. Nobody sees any of it before all of it is in the storage; one that is broken off
 * begins anew, and what is made twice replaces itself.
 */
export async function makeArchive(ctx: Context, archiveId: string): Promise<void> {
  const archive = await findArchive(ctx.db, archiveId)
  if (archive === undefined || archive.key === null || !isOpen(archive)) return
  const account = await findActor(ctx.db, archive.accountId)
  if (account === undefined || account.deletedAt !== null) return
  await beginArchive(ctx.db, archiveId, await countArchived(ctx.db, account.id))
  const dir = await makeScratch(ctx)
  try {
    const path = join(dir, 'archive.zip')
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    await writeArchive(ctx, account, file, noteProgress(ctx, archiveId))
    await ctx.storage.put(archive.key, path, 'application/zip')
    const [{ size }, digest] = [await stat(path), await digestFile(path)]
    const isWanted = await finish(ctx, account, archive, { bytes: size, digest })
    if (!isWanted) await ctx.storage.delete(archive.key)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function isOpen({ state }: Archive): boolean {
  return state === 'pending' || state === 'running'
}

/** Where what a killed process leaves behind goes within a day. */
async function makeScratch({ config }: Context): Promise<string> {
  const parent = join(config.dataDir, 'tmp')
  await mkdir(parent, { recursive: true, mode: 0o700 })
  return mkdtemp(join(parent, 'archive-'))
}

function noteProgress(ctx: Context, archiveId: string): (done: number) => void {
  let noted = performance.now()
  return (done) => {
    if (performance.now() - noted < noteEveryMs) return
    noted = performance.now()
    noteArchived(ctx.db, archiveId, done).catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'The progress of an archive was not noted'),
    )
  }
}

async function digestFile(path: string): Promise<Buffer> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer)
  return digest.digest()
}

/** @returns false when nobody wants it any more, or it is there already from another attempt */
async function finish(
  ctx: Context,
  account: Actor,
  { id }: Archive,
  facts: { bytes: number; digest: Buffer },
): Promise<boolean> {
  return transact(ctx, async (tx) => {
    const readyAt = tx.now()
    const expiresAt = new Date(readyAt.getTime() + archiveKeptMs)
    if (!(await finishArchive(tx.db, id, { ...facts, readyAt, expiresAt })))
      return (await findArchive(tx.db, id)) !== undefined
    await recordAct(tx, account.id, 'archive.made', { detail: { bytes: facts.bytes } })
    await mailArchiveLink(tx, account, id)
    return true
  })
}
