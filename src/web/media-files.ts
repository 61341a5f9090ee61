import { pipeline } from 'node:stream/promises'
import express, { type Request, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { typeOfKey } from '../domain/media/media-types.ts'
import { isKey, type ByteRange } from '../lib/storage/storage.ts'

/** Nothing in a file runs, anybody's page may show it, and it stays what it is. */
const headers: Readonly<Record<string, string>> = {
  'Accept-Ranges': 'bytes',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Length, Content-Range, ETag',
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** Serves what members have uploaded, wherever it is kept: `/media/<key>`. What is not there is the app's 404. */
export function mediaFileRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.options('/media/:key', (_request, response) => {
    const allowed = { 'Access-Control-Allow-Methods': 'GET, HEAD', 'Access-Control-Allow-Headers': 'Range' }
    response
      .status(204)
      .set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Max-Age': '7200', ...allowed })
    response.end()
  })
  router.get('/media/:key', async (request, response, next) => {
    const { key } = request.params
    const type = isKey(key) ? typeOfKey(key) : undefined
    if (type === undefined) return next()
    if (!(await send(ctx, key, type, request, response))) next()
  })
  return router
}

/** @returns false, with nothing said, where there is no such file */
async function send(
  ctx: Context,
  key: string,
  type: string,
  request: Request,
  response: Response,
): Promise<boolean> {
  const size = await ctx.storage.measure(key)
  if (size === undefined) return false
  // A file never changes: its name tells it from all others.
  const etag = `"${key}"`
  const disposition = `inline; filename="${key}"`
  response.set({ ...headers, ETag: etag, 'Content-Type': type, 'Content-Disposition': disposition })
  const range = readRange(request, size, etag)
  if (hasIt(request, etag)) response.status(304).end()
  else if (range === 'unsatisfiable') refuseRange(response, size)
  else return sendBytes(ctx, key, size, range, response)
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
  { storage, log }: Context,
  key: string,
  size: number,
  range: ByteRange | undefined,
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
