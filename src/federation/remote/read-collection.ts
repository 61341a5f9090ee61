import type { Absence, CollectionBounds, CollectionReading } from '../../domain/remote/remote-world.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { asObject } from '../../lib/as-object.ts'
import { canonicalUrl } from '../vocab/read/address.ts'
import { tagNameOf } from '../vocab/tag-name.ts'
import { fetchJson } from './fetch-document.ts'
import type { SignedGet } from './signed-get.ts'

const mostItems = 1000
const mostPages = 10
const mostTags = 20

type Json = Readonly<Record<string, unknown>>

/** Entries as they stand in the pages. */
type RawReading = Omit<CollectionReading, 'items'> & { readonly entries: readonly unknown[] }

/**
 * The ids in a Collection or OrderedCollection, whose pages may be linked or stand within it. What an entry says of
 * itself beside its id is not looked at: whoever wants it asks the server that the id names. Read as plain JSON, since
 * nothing but addresses is taken from it, and none of them is believed.
 */
export async function readCollection(
  get: SignedGet,
  uri: string,
  bounds: CollectionBounds = {},
): Promise<CollectionReading | Absence> {
  const maxItems = Math.min(bounds.maxItems ?? mostItems, mostItems)
  const reading = await readPages(get, uri, { ...bounds, maxItems })
  if (typeof reading === 'string') return reading
  const { entries, ...rest } = reading
  const ids = entries.flatMap((entry) => canonicalUrl(entry) ?? canonicalUrl(asObject(entry)['id']) ?? [])
  return { ...rest, items: [...new Set(ids)].slice(0, maxItems) }
}

/** Hashtags have names and no ids: the names. */
export async function readTags(get: SignedGet, uri: string): Promise<readonly string[] | Absence> {
  const reading = await readPages(get, uri, { maxItems: mostTags, maxPages: 2 })
  if (typeof reading === 'string') return reading
  const hashtags = reading.entries.map(asObject).filter(({ type }) => type === 'Hashtag')
  const names = hashtags.flatMap(({ name }) => tagNameOf(name) ?? [])
  return [...new Set(names)].slice(0, mostTags)
}

async function readPages(
  get: SignedGet,
  uri: string,
  { maxItems = mostItems, maxPages = mostPages, page }: CollectionBounds,
): Promise<RawReading | Absence> {
  const host = canonicalHost(uri)
  const entries: unknown[] = []
  const asked = new Set<string>()
  const soFar = () => ({ entries, requests: asked.size })
  let at: string | Json | undefined = page ?? uri
  while (at !== undefined) {
    if (typeof at === 'string') {
      if (asked.has(at)) break
      if (entries.length >= maxItems || asked.size >= Math.min(maxPages, mostPages))
        return { ...soFar(), next: at }
      asked.add(at)
    }
    const found: Json | Absence = typeof at === 'string' ? await fetchPage(get, at, host) : at
    if (typeof found === 'string') return asked.size === 1 ? found : { ...soFar(), absence: found }
    entries.push(...entriesOf(found).slice(0, maxItems))
    at = followingOf(found)
  }
  return soFar()
}

/** A page counts only where the collection's own host serves it. */
async function fetchPage(get: SignedGet, url: string, host: string | undefined): Promise<Json | Absence> {
  if (host === undefined || canonicalHost(url) !== host) return 'refused'
  const document = await fetchJson(get, url)
  if ('missing' in document) return document.missing
  if (canonicalHost(document.url) !== host) return 'refused'
  return isCollection(document.json) ? document.json : 'refused'
}

const types = ['Collection', 'OrderedCollection', 'CollectionPage', 'OrderedCollectionPage']

function isCollection({ type }: Json): boolean {
  return listOf(type).some((each) => types.includes(String(each)))
}

function entriesOf(page: Json): unknown[] {
  return [...listOf(page['orderedItems']), ...listOf(page['items'])]
}

/** The first page of a collection, the next one of a page: a link, or the page itself. */
function followingOf(page: Json): string | Json | undefined {
  const isPage = listOf(page['type']).some((type) => String(type).endsWith('Page'))
  const following = isPage ? page['next'] : (page['first'] ?? page['next'])
  if (typeof following === 'string') return canonicalUrl(following)
  return typeof following === 'object' && following !== null && !Array.isArray(following)
    ? linkOrPage(following as Json)
    : undefined
}

/** An object that has nothing but an address is a link to the page. */
function linkOrPage(page: Json): string | Json | undefined {
  const isPage = entriesOf(page).length > 0 || 'next' in page || 'items' in page || 'orderedItems' in page
  return isPage ? page : canonicalUrl(page['id'] ?? page['href'])
}

function listOf(value: unknown): unknown[] {
  if (value === null || value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
