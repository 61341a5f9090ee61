import { once } from 'node:events'
import type { Request, RequestHandler, Response } from 'express'
import type { Context } from '../context.ts'
import { cacheDir, cachePath, digestOf } from '../domain/media/cache-files.ts'
import { MediaCache, type Asker } from '../domain/media/cache-remote-media.ts'
import { noSuchMedia, type MediaTarget } from '../domain/media/fetch-remote-media.ts'
import { readProxiedUrl } from '../domain/media/proxied-url.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { createRateLimit } from '../lib/rate-limit.ts'
import type { CachedMedia } from '../store/cached-media.ts'
import { mediaHeaders } from './media-headers.ts'

/**
 * For each client so many requests that make us ask another server: a page of a busy timeline has a hundred images that
 * nobody has looked at before.
 */
const misses = { limit: 300, perMs: 300_000 } as const

/** How long a reader may take nothing of what is sent. */
const patienceMs = 30_000

const cacheControl = 'public, max-age=604800, immutable'

/** Serves what `proxiedUrl` names. Whatever cannot be had is 404: a browser is never sent to the other server. */
export function sendRemoteMedia(ctx: Context): RequestHandler {
  const cache = new MediaCache(ctx)
  const limit = createRateLimit(misses)
  return async (request, response) => {
    const { mac, url: encoded } = request.params
    const url = readProxiedUrl(ctx, String(mac), String(encoded))
    if (url === undefined) throw noSuchMedia()
    const network = clientNetwork(request.ip ?? '')
    const asker = { signal: untilGone(response), network, mayFetch: () => limit.take(network) }
    response.set(mediaHeaders)
    if (ctx.config.mediaCacheBytes === 0) await streamThrough(cache, url, asker, request, response)
    else await sendFile(ctx, await cache.get(url, asker), response)
  }
}

function untilGone(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

/** Express does HEAD, single ranges and what a client has already; several ranges are answered with the whole. */
async function sendFile({ config }: Context, media: CachedMedia, response: Response): Promise<void> {
  const { digest, mediaType, size, fetchedAt } = media
  const described = {
    ...describe(mediaType, digest),
    ETag: `"${digest.toString('hex').slice(0, 16)}-${fetchedAt.getTime().toString(36)}"`,
  }
  response.set(described)
  response.setTimeout(patienceMs)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const options = { root: cacheDir(config), cacheControl: false, etag: false, lastModified: false }
  response.sendFile(cachePath(digest), options, (error?: Error & { status?: number }) => {
    if (error === undefined || response.headersSent || response.destroyed) return resolve()
    for (const name of Object.keys(described)) response.removeHeader(name)
    if (error.status !== 416) return reject(noSuchMedia(error))
    response.status(416).set('Content-Range', `bytes */${size}`).end()
    resolve()
  })
  return promise
}

/** Nothing is kept, so nothing can be said about ranges. */
async function streamThrough(
  cache: MediaCache,
  url: string,
  asker: Asker,
  request: Request,
  response: Response,
): Promise<void> {
  const target: MediaTarget = {
    begin: ({ type, size }) => {
      response.set({ ...describe(type, digestOf(url)), 'Accept-Ranges': 'none' })
      response.setTimeout(patienceMs)
      if (size !== undefined) response.set('Content-Length', String(size))
    },
    write: async (chunk) => {
      if (request.method === 'HEAD' || response.write(chunk)) return
      await once(response, 'drain', { signal: asker.signal })
    },
  }
  try {
    await cache.stream(url, asker, target)
    response.end()
  } catch (error) {
    if (!response.headersSent) throw error
    response.destroy()
  }
}

function describe(mediaType: string, digest: Buffer): Record<string, string> {
  const name = `${digest.toString('hex').slice(0, 12)}.${extensions[mediaType] ?? 'bin'}`
  return {
    'Content-Type': mediaType,
    'Content-Disposition': `inline; filename="${name}"`,
    'Cache-Control': cacheControl,
  }
}

const extensions: Readonly<Record<string, string>> = {
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'audio/webm': 'weba',
  'image/avif': 'avif',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/ogg': 'ogv',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
}
