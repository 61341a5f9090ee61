import type { Request, Response } from 'express'
import { publicCollection } from './vocab/write-contexts.ts'

export const activityType = 'application/activity+json'

/** Documents that anybody may have are kept by caches for a while; others are not kept at all. */
export type Audience = 'anybody' | 'signer'

/** Properties that others read only when they are arrays, even of one. */
const lists = new Set([
  'alsoKnownAs',
  'to',
  'cc',
  'tag',
  'attachment',
  'items',
  'orderedItems',
  'assertionMethod',
])

/** Sends an ActivityStreams or discovery document, with the headers that its audience calls for. */
export function sendDocument(
  request: Request,
  response: Response,
  document: object,
  type = activityType,
  audience: Audience = 'anybody',
): void {
  const open = audience === 'anybody' && response.locals['audience'] !== 'signer'
  response.set('Content-Type', type.includes('charset') ? type : `${type}; charset=utf-8`)
  response.set('Cache-Control', open ? 'public, max-age=180' : 'private, no-store')
  response.set('Access-Control-Allow-Origin', '*')
  response.vary(open ? 'Accept' : 'Accept, Signature')
  const status = (document as { type?: unknown }).type === 'Tombstone' ? 410 : 200
  response.status(status).send(request.method === 'HEAD' ? '' : JSON.stringify(document, asOthersRead))
}

function asOthersRead(key: string, value: unknown): unknown {
  if (lists.has(key) && !Array.isArray(value)) return value == null ? [] : [toFullName(value)]
  return lists.has(key) && Array.isArray(value) ? value.map(toFullName) : value
}

/** The public collection has three spellings in JSON-LD; the long one is known to everybody. */
function toFullName(value: unknown): unknown {
  return value === 'as:Public' || value === 'Public' ? publicCollection : value
}
