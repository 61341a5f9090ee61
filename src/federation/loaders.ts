import { preloadedContexts, type DocumentLoader, type RemoteDocument } from '@fedify/vocab-runtime'
import { LRUCache } from 'lru-cache'
import type { Context } from '../context.ts'
import { parseBoundedJson } from '../lib/json-limits.ts'

const contextMs = 24 * 3600_000
const failureMs = 5 * 60_000

/**
 * JSON-LD contexts. The usual ones come with Fedify and cause no request; any other is fetched as anybody would fetch
 * it, through the guarded client, and kept for a day; one that cannot be had is not asked for again for five minutes.
 */
export function createContextLoader(ctx: Pick<Context, 'fetch'>): DocumentLoader {
  const fetched = new LRUCache<string, RemoteDocument>({
    max: 200,
    ttl: contextMs,
    fetchMethod: (url) => fetchContext(ctx, url),
  })
  const missing = new LRUCache<string, true>({ max: 1000, ttl: failureMs })
  const load = async (url: string): Promise<RemoteDocument> => {
    if (missing.has(url)) throw new Error(`${url} could not be had a moment ago`)
    return fetched.forceFetch(url).catch((error: unknown) => {
      missing.set(url, true)
      throw error
    })
  }
  return async (url) => {
    const document = preloadedContexts[url]
    return document === undefined ? load(url) : { contextUrl: null, documentUrl: url, document }
  }
}

async function fetchContext(ctx: Pick<Context, 'fetch'>, url: string): Promise<RemoteDocument> {
  const headers = { accept: 'application/ld+json, application/json' }
  const response = await ctx.fetch(url, { headers, redirect: { max: 5 }, maxBytes: 256 * 1024 })
  const parsed = parseBoundedJson(response.body)
  if (!response.ok || !parsed.ok) throw new Error(`${url} is not a JSON-LD context`)
  return { contextUrl: null, documentUrl: response.url, document: parsed.value }
}

/** For documents: none is ever loaded by a library. What we want to read we fetch ourselves, signed and checked. */
export const noDocumentLoader: DocumentLoader = (url) =>
  Promise.reject(new Error(`${url} is not loaded: documents are fetched through the front door`))
