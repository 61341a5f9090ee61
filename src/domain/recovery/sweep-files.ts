import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { hasCode } from '../../lib/error-code.ts'
import { listKeptKits, listUnfinished } from '../../store/recoveries.ts'
import { unsealOpener } from './kit-copy.ts'

/** What is younger may still be about to get its row. */
const strayMs = 24 * 3600_000

/**
 * Throws away copies of kits, and files that came in them, which no recovery needs any more: it has ended, the account
 * was erased, or a process died before it could.
 */
export async function sweepRecoveryFiles(ctx: Context): Promise<void> {
  const root = join(ctx.config.dataDir, 'recoveries')
  const old = await listOld(root, ctx.now().getTime() - strayMs)
  if (old.length === 0) return
  const kits = await listKeptKits(ctx.db)
  const needed = new Set([
    ...kits.map((sealed) => `${unsealOpener(ctx, sealed).name}.kit`),
    ...(await listUnfinished(ctx.db)).map((id) => `${id}-files`),
  ])
  for (const name of old) {
    if (!needed.has(name)) await rm(join(root, name), { recursive: true, force: true })
  }
}

/** @param before milliseconds since 1970 */
async function listOld(root: string, before: number): Promise<string[]> {
  const old: string[] = []
  for (const name of await readdir(root).catch(nothing)) {
    const found = await stat(join(root, name)).catch(nothing)
    if ('mtimeMs' in found && found.mtimeMs < before) old.push(name)
  }
  return old
}

/** Where there is nothing, there is nothing to throw away. */
function nothing(error: unknown): [] {
  if (hasCode(error, 'ENOENT')) return []
  throw error
}
