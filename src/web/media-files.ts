import express, { type Router } from 'express'
import type { Context } from '../context.ts'
import { typeOfKey } from '../domain/media/media-types.ts'
import { sendStored } from '../lib/send-stored.ts'
import { isKey } from '../lib/storage/storage.ts'

/** Nothing in a file runs, anybody's page may show it, and it stays what it is. */
const headers: Readonly<Record<string, string>> = {
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
    const disposition = `inline; filename="${key}"`
    // A file never changes: its name tells it from all others.
    const file = { key, etag: `"${key}"` }
    const kind = { 'Content-Type': type, 'Content-Disposition': disposition }
    if (!(await sendStored(ctx, request, response, { ...file, headers: { ...headers, ...kind } }))) next()
  })
  return router
}
