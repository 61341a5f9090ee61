import { Transform, type Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { openPromise, type Entry, type ZipFile } from 'yauzl'

/** Why an archive is not opened; the message may be shown. */
export class ArchiveError extends Error {}

export const archiveLimits = {
  files: 100_000,
  /** Of all files together, unpacked. */
  bytes: 2 * 1024 ** 3,
  /** Unpacked beside packed. */
  ratio: 100,
} as const
export type ArchiveLimits = Readonly<Record<keyof typeof archiveLimits, number>>

export type ArchiveEntry = {
  /** Relative, with `/` between folders. */
  readonly name: string
  /** Unpacked. */
  readonly bytes: number
  /** Its content; more or less of it than it says is an error. */
  read(): Promise<Readable>
}

export type Archive = AsyncDisposable & {
  readonly entries: ReadonlyMap<string, ArchiveEntry>
}

/**
 * Opens a zip file that somebody brought. All its entries are looked at before any is read: names that lead out of it,
 * links, names that differ in case only, and sizes or numbers beyond the limits refuse it as a whole. Only what is
 * asked for is unpacked, and never more than was announced.
 * @throws ArchiveError
 */
export async function openArchive(path: string, limits: ArchiveLimits = archiveLimits): Promise<Archive> {
  const zip = await openZip(path)
  try {
    const entries = await listEntries(zip, limits)
    return { entries, [Symbol.asyncDispose]: async () => zip.close() }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: true })
  } catch (cause) {
    throw new ArchiveError('This is not a zip file, or it is damaged.', { cause })
  }
}

async function listEntries(zip: ZipFile, limits: ArchiveLimits): Promise<Map<string, ArchiveEntry>> {
  if (zip.entryCount > limits.files) throw new ArchiveError(`It holds more than ${limits.files} files.`)
  const entries = new Map<string, ArchiveEntry>()
  const names = new Set<string>()
  const extents: Extent[] = []
  let bytes = 0
  for await (const entry of eachEntry(zip)) {
    checkEntry(entry, limits)
    const key = entry.fileName.normalize('NFC').toLowerCase().replace(/\/$/, '')
    if (names.has(key)) throw new ArchiveError('Two of its files have the same name.')
    names.add(key)
    bytes += entry.uncompressedSize
    if (bytes > limits.bytes || names.size > limits.files)
      throw new ArchiveError('It holds more than is taken in.')
    extents.push({ start: entry.relativeOffsetOfLocalHeader, length: entry.compressedSize })
    if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, toEntry(zip, entry))
  }
  checkExtents(extents)
  return entries
}

/** @throws ArchiveError for names that the library refuses as well */
async function* eachEntry(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry()
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause
    throw new ArchiveError('Its list of files is damaged or names files outside of it.', { cause })
  }
}

const fileTypeMask = 0o170000
const regularFile = 0o100000
const folder = 0o040000

function checkEntry(entry: Entry, limits: ArchiveLimits): void {
  const { fileName, compressedSize, uncompressedSize } = entry
  const parts = fileName.split('/')
  const leadsOut =
    /^[/\\]|^[a-z]:|[\\\0]/i.test(fileName) || parts.some((part) => part === '..' || part === '.')
  if (leadsOut || fileName === '') throw new ArchiveError('It names files outside of it.')
  const type = (entry.externalFileAttributes >>> 16) & fileTypeMask
  if (type !== 0 && type !== regularFile && type !== folder)
    throw new ArchiveError('It holds links or other things that are not files.')
  if (entry.isEncrypted()) throw new ArchiveError('It is encrypted.')
  if (!entry.canDecodeFileData()) throw new ArchiveError('It is packed in a way that is not known here.')
  // A short file of blanks packs well without harm.
  const isBomb = uncompressedSize > 1024 ** 2 && uncompressedSize > compressedSize * limits.ratio
  if (isBomb) throw new ArchiveError('One of its files unpacks to far more than it is.')
}

type Extent = { readonly start: number; readonly length: number }

/** Files that share their packed bytes could be many times as much as the archive. */
function checkExtents(extents: readonly Extent[]): void {
  const inOrder = extents.toSorted((one, other) => one.start - other.start)
  let end = 0
  for (const { start, length } of inOrder) {
    if (start < end) throw new ArchiveError('Its files lie one over the other.')
    end = start + length
  }
}

function toEntry(zip: ZipFile, entry: Entry): ArchiveEntry {
  return {
    name: entry.fileName,
    bytes: entry.uncompressedSize,
    read: async () => {
      try {
        const packed = await zip.openReadStreamPromise(entry)
        const checked = checkSum(entry)
        packed.on('error', (cause) => checked.destroy(damaged(cause)))
        checked.on('close', () => packed.destroy())
        return packed.pipe(checked)
      } catch (cause) {
        throw damaged(cause)
      }
    },
  }
}

/** The library checks how long a file is; this, what it holds. */
function checkSum(entry: Entry): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum)
      done(undefined, chunk)
    },
    flush(done) {
      done(sum === entry.crc32 ? undefined : damaged())
    },
  })
}

function damaged(cause?: unknown): ArchiveError {
  return new ArchiveError('One of its files is damaged.', { cause })
}
