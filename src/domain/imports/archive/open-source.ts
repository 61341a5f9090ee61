import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { DomainError } from '../../../lib/errors.ts'
import { JsonItemsError, readJsonItems } from '../../../lib/json-items.ts'
import { ArchiveError, openArchive, type Archive, type ArchiveEntry } from '../../../lib/open-archive.ts'
import { readWhole } from './read-whole.ts'
import { isObject, readActivity } from './activity-items.ts'
import { archiveImportLimits } from './limits.ts'
import { readMisskeyNote } from './misskey-items.ts'
import { insideOrigin, type ArchiveItem, type ArchiveSoftware, type ArchiveSource } from './source.ts'

/**
 * Opens what a member brings: a zip archive with an `outbox.json`, an `outbox.json` by itself, or the notes of a Misskey.
 * @param path of a file on this machine
 * @param actorUri whose it is, where the file does not tell
 * @throws DomainError `invalid`, with a sentence that may be shown
 */
export async function openSource(path: string, actorUri: string | undefined): Promise<ArchiveSource> {
  try {
    return (await isZip(path)) ? await openZip(path, actorUri) : await openPlain(path, actorUri)
  } catch (error) {
    throw asRefusal(error)
  }
}

/** What is wrong with an archive, for its owner. */
export function asRefusal(error: unknown): unknown {
  const isKnown = error instanceof ArchiveError || error instanceof JsonItemsError
  return isKnown ? new DomainError('invalid', error.message, { cause: error }) : error
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.toString('latin1', 0, 2) === 'PK'
  } finally {
    await file.close()
  }
}

async function openZip(path: string, actorUri: string | undefined): Promise<ArchiveSource> {
  const archive = await openArchive(path)
  try {
    const outbox = findShortest(archive, /(^|\/)outbox\.json$/)
    if (outbox !== undefined) return await openOutbox(archive, outbox)
    const notes = findShortest(archive, /(^|\/)notes(-[\w-]+)?\.json$/)
    if (notes === undefined)
      throw new DomainError('invalid', 'It holds neither an outbox.json nor notes of a Misskey.')
    return describeMisskey(archive, () => notes.read(), requireActor(actorUri))
  } catch (error) {
    await archive[Symbol.asyncDispose]()
    throw error
  }
}

function findShortest({ entries }: Archive, pattern: RegExp): ArchiveEntry | undefined {
  const found = [...entries.values()].filter(({ name }) => pattern.test(name))
  return found.toSorted((one, other) => one.name.length - other.name.length)[0]
}

async function openOutbox(archive: Archive, outbox: ArchiveEntry): Promise<ArchiveSource> {
  const folder = outbox.name.slice(0, -'outbox.json'.length)
  const entry = (name: string) => archive.entries.get(folder + name)
  const actor = await readJson(entry('actor.json'))
  const { id, followers } = isObject(actor) ? actor : {}
  if (!isAddress(id))
    throw new DomainError('invalid', 'Its actor.json is missing, or does not say whose it is.')
  const software = softwareOf(actor, archive, folder)
  return {
    software,
    actorUri: id,
    followersUri: isAddress(followers) ? followers : undefined,
    pinned: new Set(await readIds(entry('featured.json'), archiveImportLimits.pins)),
    formerUris: await readFormerUris(entry('former_ids.json')),
    items: () => readItems(() => outbox.read(), entry('bookmarks.json')),
    fileOf: (url) => fileOf(archive, folder, url),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  }
}

function softwareOf(actor: unknown, { entries }: Archive, folder: string): ArchiveSoftware {
  if (entries.has(`${folder}manifest.json`)) return 'holdfast'
  const text = JSON.stringify(isObject(actor) ? (actor['@context'] ?? '') : '')
  if (/joinmastodon/.test(text)) return 'mastodon'
  return /litepub|pleroma|akkoma/i.test(text) ? 'pleroma' : 'activitypub'
}

async function* readItems(
  outbox: () => Promise<AsyncIterable<Uint8Array>>,
  bookmarks: ArchiveEntry | undefined,
): AsyncGenerator<ArchiveItem> {
  try {
    const { item, posts } = archiveImportLimits
    yield* limit(readJsonItems(await outbox(), 'orderedItems', item), posts, readActivity)
    if (bookmarks === undefined) return
    const kept = readJsonItems(await bookmarks.read(), 'orderedItems', 10_000)
    yield* limit(kept, archiveImportLimits.bookmarks, readBookmark)
  } catch (error) {
    throw asRefusal(error)
  }
}

function readBookmark(entry: unknown): ArchiveItem {
  const uri = isObject(entry) ? entry['id'] : entry
  return isAddress(uri) ? { kind: 'bookmark', uri } : { kind: 'other', what: 'something unreadable' }
}

/** @throws DomainError `invalid` when there are more */
async function* limit(
  entries: AsyncIterable<unknown>,
  most: number,
  read: (entry: unknown) => ArchiveItem,
): AsyncGenerator<ArchiveItem> {
  let count = 0
  for await (const entry of entries) {
    if (++count > most) throw new DomainError('invalid', `It holds more than ${most} entries.`)
    yield read(entry)
  }
}

/**
 * Mastodon names files by where its storage keeps them, which may have a bucket or a prefix in front of what the archive
 * has.
 */
function fileOf({ entries }: Archive, folder: string, url: string): ArchiveEntry | undefined {
  if (!url.startsWith(`${insideOrigin}/`)) return undefined
  const parts = url
    .slice(insideOrigin.length + 1)
    .split('/')
    .map(decodeURIComponent)
  for (let from = 0; from < Math.min(parts.length, 4); from++) {
    const found = entries.get(folder + parts.slice(from).join('/'))
    if (found !== undefined) return found
  }
  return undefined
}

async function openPlain(path: string, actorUri: string | undefined): Promise<ArchiveSource> {
  const stream = () => createReadStream(path)
  const first = await firstItem(stream())
  if (isMisskey(first)) return describeMisskey(undefined, async () => stream(), requireActor(actorUri))
  const author = isObject(first) ? (first['actor'] ?? first['attributedTo']) : undefined
  const actor = isObject(author) ? author['id'] : author
  if (!isAddress(actor))
    throw new DomainError('invalid', 'It is neither an archive of an account nor an outbox with posts.')
  return {
    ...{ software: 'activitypub', actorUri: actor, followersUri: undefined },
    ...{ pinned: new Set<string>(), formerUris: new Map<string, string[]>() },
    items: () => readItems(async () => stream(), undefined),
    fileOf: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

async function firstItem(stream: Readable): Promise<unknown> {
  try {
    for await (const item of readJsonItems(stream, 'orderedItems', archiveImportLimits.item)) return item
    return undefined
  } finally {
    stream.destroy()
  }
}

function isMisskey(item: unknown): boolean {
  return isObject(item) && 'createdAt' in item && 'visibility' in item && !('type' in item)
}

function describeMisskey(
  archive: Archive | undefined,
  stream: () => Promise<AsyncIterable<Uint8Array>>,
  actorUri: string,
): ArchiveSource {
  return {
    ...{ software: 'misskey', actorUri, followersUri: `${actorUri}/followers` },
    ...{ pinned: new Set<string>(), formerUris: new Map<string, string[]>() },
    items: () => readNotes(stream, actorUri),
    fileOf: () => undefined,
    [Symbol.asyncDispose]: async () => archive?.[Symbol.asyncDispose](),
  }
}

async function* readNotes(
  stream: () => Promise<AsyncIterable<Uint8Array>>,
  actorUri: string,
): AsyncGenerator<ArchiveItem> {
  try {
    const { item, posts } = archiveImportLimits
    yield* limit(readJsonItems(await stream(), 'notes', item), posts, (note) =>
      readMisskeyNote(note, actorUri),
    )
  } catch (error) {
    throw asRefusal(error)
  }
}

/** @throws DomainError `invalid` */
function requireActor(actorUri: string | undefined): string {
  if (actorUri !== undefined) return actorUri
  throw new DomainError(
    'invalid',
    'Notes of a Misskey do not say whose they are: name the account that they come from, or make it your only alias.',
  )
}

async function readJson(entry: ArchiveEntry | undefined): Promise<unknown> {
  if (entry === undefined) return undefined
  const text = await readWhole(entry, archiveImportLimits.actorBytes)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readIds(entry: ArchiveEntry | undefined, most: number): Promise<string[]> {
  if (entry === undefined) return []
  const ids: string[] = []
  for await (const item of readJsonItems(await entry.read(), 'orderedItems', archiveImportLimits.item)) {
    const id = isObject(item) ? item['id'] : item
    if (isAddress(id) && ids.length < most) ids.push(id)
  }
  return ids
}

/** Of our own archives: `{"items": [{"id", "formerIds": []}]}`. */
async function readFormerUris(entry: ArchiveEntry | undefined): Promise<Map<string, string[]>> {
  const uris = new Map<string, string[]>()
  if (entry === undefined) return uris
  for await (const item of readJsonItems(await entry.read(), 'items', 100_000)) {
    if (!isObject(item) || !isAddress(item['id']) || !Array.isArray(item['formerIds'])) continue
    uris.set(item['id'], item['formerIds'].filter(isAddress).slice(0, 10))
  }
  return uris
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2048 && /^https?:\/\/\S+$/.test(value)
}
