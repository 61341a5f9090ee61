import { ArchiveError, type ArchiveEntry } from '../../../lib/open-archive.ts'

/** A small file of an archive as text. @throws ArchiveError when it is larger than that */
export async function readWhole(entry: ArchiveEntry, maxBytes: number): Promise<string> {
  if (entry.bytes > maxBytes) throw new ArchiveError(`${entry.name} is larger than is allowed.`)
  const chunks: Buffer[] = []
  for await (const chunk of await entry.read()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
