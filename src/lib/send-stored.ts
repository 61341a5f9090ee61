import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import type { Logger } from 'pino'
import type { ByteRange, MediaStorage } from './storage/storage.ts'

export type SentFile = {
  readonly key: string
  /** Strong: a file under a key never changes. */
  readonly etag: string
  /** Beside those that say which bytes these are. */
  readonly headers: Readonly<Record<string, string>>
  /** How long a reader may take nothing of what is sent. */
  readonly patienceMs?: number
}

const usualPatienceMs = 30_000

/**
 * Answers with a file of the storage, or with the one range of it that was asked for (RFC 9110, section 14).
 * @returns false, with nothing said, where there is no such file
 */
export async function sendStored(
  { storage, log }: { readonly storage: MediaStorage; readonly log: Logger },
  request: Request,
  response: Response,
  { key, etag, headers, patienceMs = usualPatienceMs }: SentFile,
): Promise<boolean> {
  const size = await storage.measure(key)
  if (size === undefined) return false
  // Node ends a connection on which nothing moves for so long, whatever still waits to be written.
  response.setTimeout(patienceMs)
  response.set({ ...headers, ETag: etag, 'Accept-Ranges': 'bytes' })
  const range = readRange(request, size, etag)
  if (hasIt(request, etag)) response.status(304).end()
  else if (range === 'unsatisfiable') refuseRange(response, size)
  else return sendBytes(storage, log, { key, size, range }, response)
  return true
}

/** RFC 9110, 13.1.2: whoever has it has all that it will ever be, also where they ask to be sure. */
function hasIt(request: Request, etag: string): boolean {
  const known = (request.get('if-none-match') ?? '').split(',').map((each) => each.trim())
  return known.includes(etag) || known.includes(`W/${etag}`) || known.includes('*')
}

function refuseRange(response: Response, size: number): void {
  for (const name of ['Content-Type', 'Content-Disposition', 'ETag']) response.removeHeader(name)
  response
    .status(416)
    .set({ 'Content-Range': `bytes */${size}`, 'Cache-Control': 'no-store' })
    .end()
}

async function sendBytes(
  storage: MediaStorage,
  log: Logger,
  { key, size, range }: { key: string; size: number; range: ByteRange | undefined },
  response: Response,
): Promise<boolean> {
  const { start, end } = range ?? { start: 0, end: size - 1 }
  const isHead = response.req.method === 'HEAD'
  const file = isHead ? undefined : await storage.open(key, range)
  if (!isHead && file === undefined) {
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    return false
  }
  if (range !== undefined) response.status(206).set('Content-Range', `bytes ${start}-${end}/${size}`)
  response.set('Content-Length', String(end - start + 1))
  if (file === undefined) response.end()
  else
    // A client that leaves closes the source as well.
    await pipeline(file.stream, response).catch((error: unknown) => {
      log.debug({ err: error }, 'A file was not sent to its end')
      response.destroy()
    })
  return true
}

/** One range is answered as such; several, and what is no range of bytes, with the whole file (RFC 9110, 14.2). */
function readRange(request: Request, size: number, etag: string): ByteRange | 'unsatisfiable' | undefined {
  const condition = request.get('if-range')
  if (condition !== undefined && condition !== etag) return undefined
  const ranges = request.range(size)
  if (ranges === -1) return 'unsatisfiable'
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1)
    return undefined
  return ranges[0]
}
