import type { Response } from 'express'
import { publicCollection } from './vocab/write-contexts.ts'

export const activityType = 'application/activity+json'

type Terms = {
  readonly type?: string
  /** Documents that anybody may have are kept by caches for a while; others are not kept at all. */
  readonly audience?: 'anybody' | 'signer'
}

/** Sends an ActivityStreams or discovery document, with the headers that its audience calls for. */
export function sendDocument(
  response: Response,
  document: object,
  { type = activityType, audience = 'anybody' }: Terms = {},
): void {
  const open = audience === 'anybody' && response.locals['audience'] !== 'signer'
  response.set({
    'Content-Type': type.includes('charset') ? type : `${type}; charset=utf-8`,
    'Cache-Control': open ? 'public, max-age=180' : 'private, no-store',
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
  })
  response.vary(open ? 'Accept' : 'Accept, Signature')
  const isGone = 'type' in document && document.type === 'Tombstone'
  response.status(isGone ? 410 : 200).send(JSON.stringify(asOthersRead(document)))
}

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

/** The same document for readers that know JSON but no JSON-LD. What words mean stays as it is. */
function asOthersRead(value: unknown, key = ''): unknown {
  if (key === '@context') return value
  if (lists.has(key)) return listOf(value).map((item) => toFullName(asOthersRead(item)))
  if (Array.isArray(value)) return value.map((item) => asOthersRead(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asOthersRead(inner, name)]))
}

function listOf(value: unknown): unknown[] {
  if (value === null || value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** The public collection has three spellings in JSON-LD; the long one is known to everybody. */
function toFullName(value: unknown): unknown {
  return value === 'as:Public' || value === 'Public' ? publicCollection : value
}
