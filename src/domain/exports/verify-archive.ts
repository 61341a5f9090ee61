import { createHash, verify } from 'node:crypto'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { ArchiveError, openArchive, type Archive, type ArchiveLimits } from '../../lib/open-archive.ts'
import { parseMultikey } from '../../lib/signatures/keys.ts'
import { archiveFiles, archiveManifest, longestManifest, type ArchiveManifest } from './archive-format.ts'

/** Somebody's own archive may be larger than one that strangers bring. */
const ownLimits: ArchiveLimits = { files: 1_000_000, bytes: 1024 ** 4, ratio: 1032 }

/**
 * Whether an archive is as it was made: its manifest is signed by a key that its actor document names, and every file
 * in it is listed with the size and the digest that it has, and every one that is listed is there. Whether the key is
 * that of the actor, only the actor's server can say, or who knows the key already.
 * @param onProgress told how many of how many bytes were read
 * @throws ArchiveError which says what is wrong; the message may be shown
 */
export async function verifyArchive(
  path: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<ArchiveManifest> {
  await using archive = await openArchive(path, ownLimits)
  return await verifyOpened(archive, onProgress)
}

/**
 * The same of one that was brought here, if it says that it is signed: what was changed or damaged on the way is refused
 * before anything of it is taken in.
 * @throws ArchiveError
 */
export async function verifySigned(path: string): Promise<void> {
  await using archive = await openArchive(path)
  if (archive.entries.has(archiveFiles.signature)) await verifyOpened(archive, () => undefined)
}

async function verifyOpened(
  archive: Archive,
  onProgress: (done: number, total: number) => void,
): Promise<ArchiveManifest> {
  const manifest = await readManifest(archive)
  const total = manifest.files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  for (const file of manifest.files) {
    const onBytes = (bytes: number) => onProgress((done += bytes), total)
    const { size, sha256 } = await digestEntry(archive, file.path, onBytes)
    if (size !== file.size || sha256 !== file.sha256)
      throw new ArchiveError(`${file.path} is not what was put into the archive.`)
  }
  return manifest
}

/** If it is signed by a key in the actor document and lists the files that there are. */
async function readManifest(archive: Archive): Promise<ArchiveManifest> {
  const text = await readEntry(archive, archiveFiles.manifest, longestManifest)
  const signature = await readEntry(archive, archiveFiles.signature, 64)
  const manifest = parse(text, archiveManifest)
  const key = parseMultikey(manifest.signed_by)
  if (key === undefined || !verify(null, text, key, signature))
    throw new ArchiveError('The manifest was changed after the archive was made.')
  requireSameFiles(archive, manifest)
  await requireKeyOf(archive, manifest)
  return manifest
}

function requireSameFiles({ entries }: Archive, { files }: ArchiveManifest): void {
  const { manifest, signature } = archiveFiles
  const listed = new Set<string>([...files.map(({ path }) => path), manifest, signature])
  const stray = [...entries.keys()].find((name) => !listed.has(name))
  if (stray !== undefined) throw new ArchiveError('It holds a file that was not put into it.')
  const lost = files.find(({ path }) => !entries.has(path))
  if (lost !== undefined || listed.size !== files.length + 2)
    throw new ArchiveError('A file that was put into it is missing.')
}

const signedActor = z.object({
  id: z.string(),
  assertionMethod: z.array(z.object({ controller: z.string(), publicKeyMultibase: z.string() })),
})

const longestActor = 1024 ** 2

async function requireKeyOf(archive: Archive, manifest: ArchiveManifest): Promise<void> {
  const bytes = await readEntry(archive, archiveFiles.actor, longestActor)
  const listed = manifest.files.find(({ path }) => path === archiveFiles.actor)
  if (listed?.sha256 !== createHash('sha256').update(bytes).digest('hex'))
    throw new ArchiveError(`${archiveFiles.actor} is not what was put into the archive.`)
  const actor = parse(bytes, signedActor)
  const isTheirs = actor.assertionMethod.some(
    (key) => key.controller === manifest.actor && key.publicKeyMultibase === manifest.signed_by,
  )
  if (actor.id !== manifest.actor || !isTheirs)
    throw new ArchiveError('The archive is not signed by the account that it is of.')
}

function parse<Schema extends z.ZodType>(bytes: Buffer, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(bytes.toString()))
  } catch (cause) {
    throw new ArchiveError('This is no archive of Holdfast, or its manifest is damaged.', { cause })
  }
}

async function readEntry({ entries }: Archive, name: string, longest: number): Promise<Buffer> {
  const entry = entries.get(name)
  if (entry === undefined || entry.bytes > longest)
    throw new ArchiveError('This is no archive of Holdfast: its manifest is missing.')
  const chunks: Buffer[] = []
  for await (const chunk of await entry.read()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function digestEntry(
  { entries }: Archive,
  name: string,
  onBytes: (bytes: number) => void,
): Promise<{ size: number; sha256: string }> {
  const stream: Readable = await entries.get(name)!.read()
  const digest = createHash('sha256')
  let size = 0
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    digest.update(bytes)
    size += bytes.length
    onBytes(bytes.length)
  }
  return { size, sha256: digest.digest('hex') }
}
