import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { listFileRows, noteStoredDigest, type FileRow } from '../../store/kit-contents.ts'
import { absoluteUrl } from '../media/absolute-url.ts'
import { readPages } from './batch-items.ts'
import type { KitItem } from './kit-items.ts'

type Reader = Pick<Context, 'config' | 'db' | 'log' | 'storage'>
type Item = KitItem<'media'>

/** Of a file, in one item; a multiple of three, so that the base64 of all of them is that of the file. */
const bytesInItem = 96_000

/** The files that an account shows, oldest first. @param withBytes the files themselves, too */
export async function* collectMedia(
  ctx: Reader,
  accountId: string,
  withBytes: boolean,
): AsyncGenerator<Item> {
  for await (const row of readPages((page) => listFileRows(ctx.db, accountId, page)))
    yield* withBytes ? readFile(ctx, row) : [await describeFile(ctx, row)]
}

/** A file that cannot be had leaves the rest of the kit as it is. */
async function describeFile(ctx: Reader, row: FileRow): Promise<Item> {
  try {
    const size = await ctx.storage.measure(row.key)
    const digest = size === undefined ? undefined : (row.storedDigest ?? (await digestFile(ctx, row)))
    if (size !== undefined && digest !== undefined)
      return { ...factsOf(ctx, row), digest: digest.toString('base64url'), size }
  } catch (error) {
    ctx.log.warn({ err: error, mediaId: row.position }, 'A file cannot be read for a recovery kit')
  }
  return { ...factsOf(ctx, row), digest: null, size: null }
}

/** Each file is read once, to learn what it is known by: a file never changes under its key. */
async function digestFile({ db, storage }: Reader, { key, position }: FileRow): Promise<Buffer | undefined> {
  const file = await storage.open(key)
  if (file === undefined) return undefined
  const hash = createHash('sha256')
  for await (const chunk of file.stream) hash.update(chunk as Buffer)
  const digest = hash.digest()
  await noteStoredDigest(db, position, digest)
  return digest
}

async function* readFile(ctx: Reader, row: FileRow): AsyncGenerator<Item> {
  const described = await describeFile(ctx, row)
  const file = described.digest === null ? undefined : await ctx.storage.open(row.key)
  if (file === undefined) return yield described
  let held: Buffer = Buffer.alloc(0)
  let offset = 0
  const take = (length: number): Item => {
    const bytes = held.subarray(0, length).toString('base64')
    held = held.subarray(length)
    const item = { ...described, offset, bytes }
    offset += length
    return item
  }
  for await (const chunk of file.stream) {
    held = Buffer.concat([held, chunk as Buffer])
    while (held.length >= bytesInItem) yield take(bytesInItem)
  }
  if (held.length > 0 || offset === 0) yield take(held.length)
}

function factsOf(
  { config }: Reader,
  { key, mediaType, description }: FileRow,
): Pick<Item, 'url' | 'media_type' | 'description'> {
  return { url: absoluteUrl(config, `/media/${key}`), media_type: mediaType, description }
}
