import { basename } from 'node:path'
import type { Context } from '../../context.ts'
import { hourMs } from '../../lib/time.ts'
import {
  deleteCachedMedia,
  findKnownDigests,
  listLeastUsedMedia,
  listMediaOfHost,
  sumCachedMedia,
} from '../../store/cached-media.ts'
import { listFiles, removeCached, removeFile } from './cache-files.ts'

type Pruning = Pick<Context, 'config' | 'db'>

/** How much was thrown away. */
export type Pruned = { readonly files: number; readonly bytes: number }

const batchSize = 200

/**
 * Throws away what nobody has asked for the longest, until the rest fits.
 * @param limit bytes
 */
export async function pruneMedia(ctx: Pruning, limit: number): Promise<Pruned> {
  let excess = (await sumCachedMedia(ctx.db)) - limit
  let pruned: Pruned = { files: 0, bytes: 0 }
  while (excess > 0) {
    const oldest = await listLeastUsedMedia(ctx.db, batchSize)
    if (oldest.length === 0) break
    const doomed = []
    for (const media of oldest) {
      if (excess <= 0) break
      doomed.push(media)
      excess -= media.size
    }
    pruned = add(pruned, await remove(ctx, doomed))
  }
  return pruned
}

/**
 * Throws away everything that came from a host.
 * @param host with its port, if it has one of its own
 */
export async function purgeMedia(ctx: Pruning, host: string): Promise<Pruned> {
  let purged: Pruned = { files: 0, bytes: 0 }
  for (;;) {
    const doomed = await listMediaOfHost(ctx.db, host, batchSize)
    if (doomed.length === 0) return purged
    purged = add(purged, await remove(ctx, doomed))
  }
}

/**
 * Throws away files that nobody knows: of a process that died while it wrote, or whose row is gone. What is younger
 * than an hour may still be about to get its row.
 * @returns how many
 */
export async function sweepMediaFiles(ctx: Pruning & Pick<Context, 'now'>): Promise<number> {
  let swept = 0
  for await (const paths of listFiles(ctx.config, new Date(ctx.now().getTime() - hourMs))) {
    const digests = paths.map((path) => Buffer.from(basename(path), 'hex'))
    const known = await findKnownDigests(ctx.db, digests)
    const names = new Set(known.map((digest) => digest.toString('hex')))
    const unknown = paths.filter((path) => !names.has(basename(path)))
    for (const path of unknown) await removeFile(path)
    swept += unknown.length
  }
  return swept
}

/** The row first: a file without one is found again, a row without a file would be believed. */
async function remove(
  ctx: Pruning,
  doomed: readonly { readonly digest: Buffer; readonly size: number }[],
): Promise<Pruned> {
  await deleteCachedMedia(
    ctx.db,
    doomed.map(({ digest }) => digest),
  )
  for (const { digest } of doomed) await removeCached(ctx.config, digest)
  return { files: doomed.length, bytes: doomed.reduce((sum, { size }) => sum + size, 0) }
}

function add(one: Pruned, other: Pruned): Pruned {
  return { files: one.files + other.files, bytes: one.bytes + other.bytes }
}
