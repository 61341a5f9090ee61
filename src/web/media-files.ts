import express, { type Router } from 'express'
import type { Context } from '../context.ts'
import { typeOfKey } from '../domain/media/media-types.ts'
import { sendStored } from '../lib/send-stored.ts'
import { isKey } from '../lib/storage/storage.ts'
import { allowReading, mediaHeaders } from './media-headers.ts'

/** A file stays what it is. */
const headers = { ...mediaHeaders, 'Cache-Control': 'public, max-age=31536000, immutable' }

/** Serves what members have uploaded, wherever it is kept: `/media/<key>`. What is not there is the app's 404. */
export function mediaFileRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.options('/media/:key', allowReading)
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
