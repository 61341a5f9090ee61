import { sign } from 'node:crypto'
import type { Writable } from 'node:stream'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { ZipWriter } from '../../lib/zip-writer.ts'
import type { Actor } from '../../store/actors.ts'
import { listShownFiles } from '../../store/archives.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import { actorUri, handleOf } from '../accounts/addresses.ts'
import { unlockKey } from '../accounts/keys.ts'
import { readPages } from '../kits/batch-items.ts'
import {
  listActivities,
  listFormerIds,
  listIds,
  pictureFile,
  writeActorFile,
  writeItems,
  writeOrderedCollection,
} from './archive-documents.ts'
import { archiveFiles, archiveFolders, archiveFormat, type ArchiveManifest } from './archive-format.ts'
import { exportNames, writeExport } from './csv-files.ts'

type Source = Pick<Context, 'config' | 'db' | 'documents' | 'keyring' | 'log' | 'now' | 'storage'>

/** One archive, while it is written. */
type Work = {
  readonly ctx: Source
  readonly account: Actor
  readonly zip: ZipWriter
  readonly missing: string[]
  /** Told of every post, like, bookmark and file that is written. */
  readonly onItem: () => void
}

/**
 * Writes all of an account into a stream, as `archive-format.ts` says. It is read while it is written, and is no picture
 * of one moment. Nothing is in it that opens anything: no key, no password, no token, no e-mail address.
 * @param onProgress told how many posts, likes, bookmarks and files are written
 */
export async function writeArchive(
  ctx: Source,
  account: Actor,
  target: Writable,
  onProgress: (done: number) => void = () => undefined,
): Promise<ArchiveManifest> {
  let done = 0
  const zip = new ZipWriter(target, ctx.now())
  const work: Work = { ctx, account, zip, missing: [], onItem: () => onProgress(++done) }
  try {
    await zip.add(archiveFiles.actor, [await writeActorFile(ctx, account)])
    const counts = await addCollections(work)
    for (const name of exportNames) await zip.add(archiveFolders.csv + name, writeExport(ctx, account, name))
    const media = await addMedia(work)
    const manifest = await addManifest(work, { ...counts, media })
    await zip.end()
    return manifest
  } catch (error) {
    zip.abort()
    throw error
  }
}

async function addCollections(work: Work): Promise<Omit<ArchiveManifest['counts'], 'media'>> {
  const { ctx, account, onItem } = work
  const { outbox, featured, likes, bookmarks, formerIds } = archiveFiles
  const pinned: string[] = []
  return {
    outbox: await addCollection(work, outbox, listActivities(ctx, account, pinned, onItem)),
    featured: await addCollection(work, featured, pinned),
    likes: await addCollection(work, likes, listIds(ctx, account, 'likes', onItem)),
    bookmarks: await addCollection(work, bookmarks, listIds(ctx, account, 'bookmarks', onItem)),
    former_ids: await addList(work, formerIds, listFormerIds(ctx, account)),
  }
}

type Items = AsyncIterable<unknown> | Iterable<unknown>

async function addCollection({ ctx, zip }: Work, path: string, items: Items): Promise<number> {
  let total = 0
  const content = async function* () {
    total = yield* writeOrderedCollection(ctx, path, items)
  }
  await zip.add(path, content())
  return total
}

async function addList({ zip }: Work, path: string, items: Items): Promise<number> {
  let total = 0
  const content = async function* () {
    yield '{"items":['
    total = yield* writeItems(items)
    yield ']}\n'
  }
  await zip.add(path, content())
  return total
}

async function addMedia(work: Work): Promise<number> {
  const { ctx, account, onItem } = work
  const before = work.zip.files.length
  for await (const { key, previewKey } of readPages((page) => listShownFiles(ctx.db, account.id, page))) {
    await addFile(work, key, archiveFolders.media + key)
    if (previewKey !== null) await addFile(work, previewKey, archiveFolders.media + previewKey)
    onItem()
  }
  const total = work.zip.files.length - before
  for (const [name, url] of [
    ['avatar', account.iconUrl],
    ['header', account.imageUrl],
  ] as const) {
    const file = pictureFile(name, url)
    if (file !== undefined && url !== null) await addFile(work, url.slice('/media/'.length), file)
  }
  return total
}

/** A file that cannot be had leaves the rest as it is. */
async function addFile({ ctx, zip, missing }: Work, key: string, path: string): Promise<void> {
  const file = await ctx.storage.open(key)
  if (file === undefined) {
    ctx.log.warn({ key }, 'A file is not where it should be, and is not in an archive')
    missing.push(path)
  } else await zip.add(path, file.stream, false)
}

async function addManifest(
  { ctx, account, zip, missing }: Work,
  counts: ArchiveManifest['counts'],
): Promise<ArchiveManifest> {
  const { config, db, now } = ctx
  const key = (await listCurrentKeys(db, account.id)).find(({ kind }) => kind === 'ed25519')
  if (key === undefined)
    throw new DomainError('unavailable', `${account.username} has no key to sign an archive with.`)
  const manifest: ArchiveManifest = {
    ...{ format: archiveFormat.name, version: archiveFormat.version, software: `holdfast/${config.version}` },
    ...{ account: `@${handleOf(config, account)}`, actor: actorUri(config, account), origin: config.origin },
    ...{ made_at: now().toISOString(), signed_by: key.publicKey, counts, missing, files: [...zip.files] },
  }
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await zip.add(archiveFiles.manifest, [text])
  const signature = sign(null, Buffer.from(text), await unlockKey(ctx, key.id))
  await zip.add(archiveFiles.signature, [signature], false)
  return manifest
}
