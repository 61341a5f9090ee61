import { canonicalHost } from '../../lib/canonical-host.ts'
import { fetchJson } from './fetch-document.ts'
import type { SignedGet } from './signed-get.ts'

type Json = Readonly<Record<string, unknown>>

const maxPages = 10

/**
 * The ids in a list of followers, which must be there as a whole: what is missing from half a list is no less true.
 * Pages are followed on the list's own host only, ten at most.
 * @returns undefined when it cannot be had, is no collection, or does not end
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 */
export async function fetchFollowers(get: SignedGet, url: string): Promise<readonly string[] | undefined> {
  const host = canonicalHost(url)
  const ids: string[] = []
  let total: unknown
  let at: unknown = url
  for (let page = 0; page <= maxPages; page++) {
    const document = typeof at === 'string' ? await fetchPage(get, at, host) : asPage(at)
    const items = document && itemsOf(document)
    if (document === undefined || items === undefined) return undefined
    total ??= document['totalItems']
    ids.push(...items)
    at = followingOf(document)
    if (at === undefined || at === null) return isWhole(ids, total) ? ids : undefined
  }
  return undefined
}

function isWhole(ids: readonly string[], total: unknown): boolean {
  return typeof total !== 'number' || total <= ids.length
}

async function fetchPage(get: SignedGet, url: string, host: string | undefined): Promise<Json | undefined> {
  if (host === undefined || canonicalHost(url) !== host) return undefined
  const fetched = await fetchJson(get, url)
  if ('missing' in fetched || canonicalHost(fetched.url) !== host) return undefined
  return asPage(fetched.json)
}

const types = ['Collection', 'OrderedCollection', 'CollectionPage', 'OrderedCollectionPage']

function asPage(value: unknown): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !('type' in value) || !types.includes(String(value.type))) return undefined
  return value
}

/** A collection begins with its first page, if it has any; a page goes on with the next one. */
function followingOf(page: Json): unknown {
  return String(page['type']).endsWith('Page') ? page['next'] : (page['first'] ?? page['next'])
}

/** A list of one may stand there without its brackets; one that is empty may be left out, if it says so. */
function itemsOf(page: Json): string[] | undefined {
  const items = page['orderedItems'] ?? page['items']
  if (items === undefined || items === null)
    return 'first' in page || page['totalItems'] === 0 ? [] : undefined
  const list: unknown[] = Array.isArray(items) ? items : [items]
  const ids = list.map((item) => (typeof item === 'string' ? item : idOf(item)))
  return ids.every((id) => id !== undefined) ? ids : undefined
}

function idOf(item: unknown): string | undefined {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined
  return typeof id === 'string' ? id : undefined
}
