import { MIMEType } from 'node:util'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { messageOf } from '../../lib/errors.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { parseBoundedJson } from '../../lib/json-limits.ts'
import type { Absence } from '../../domain/remote/remote-world.ts'
import type { SignedGet } from './signed-get.ts'

/** A document as its server says it is. */
export type FetchedDocument = {
  /** Where it was served. */
  readonly url: string
  /** What it calls itself; its host is the one that served it. */
  readonly id: string
  readonly json: Record<string, unknown>
}

export type NoDocument = { readonly missing: Absence; readonly reason: string }

/**
 * Fetches an object by its id. The answer must call itself what was asked for, or what its own address is; an answer
 * that calls itself something else only tells where to ask: once more, there.
 */
export async function fetchDocument(get: SignedGet, uri: string): Promise<FetchedDocument | NoDocument> {
  const first = await fetchOnce(get, uri)
  if ('missing' in first || isAuthentic(first, uri)) return first
  const second = await fetchOnce(get, first.id)
  if ('missing' in second || isAuthentic(second, first.id)) return second
  return refused(`${uri} is served under the name of something else`)
}

/** Wherever redirects led, only the host that an id names can say what has that id. */
function isAuthentic({ id, url }: FetchedDocument, asked: string): boolean {
  const host = canonicalHost(id)
  const names = [withoutFragment(url), withoutFragment(asked)]
  return host !== undefined && host === canonicalHost(url) && names.includes(withoutFragment(id))
}

async function fetchOnce(get: SignedGet, uri: string): Promise<FetchedDocument | NoDocument> {
  const fetched = await fetchJson(get, uri)
  if ('missing' in fetched) return fetched
  const { url, json } = fetched
  return typeof json['id'] === 'string' ? { url, id: json['id'], json } : refused(`${uri} names no id`)
}

/** An ActivityPub document, whatever it calls itself. `url` is where it was served, behind all redirects. */
export async function fetchJson(
  get: SignedGet,
  uri: string,
): Promise<Pick<FetchedDocument, 'url' | 'json'> | NoDocument> {
  try {
    const { status, ok, headers, url, body } = await get(uri)
    if (status === 410) return { missing: 'gone', reason: `${uri}: ${status}` }
    if (status === 404) return { missing: 'missing', reason: `${uri}: ${status}` }
    if (!ok)
      return { missing: mayPass(status) ? 'unavailable' : 'refused', reason: `${uri} answered ${status}` }
    if (!isActivityType(headers.get('content-type'))) return refused(`${uri} is not an ActivityPub document`)
    const parsed = parseBoundedJson(body)
    if (!parsed.ok) return refused(`${uri}: ${parsed.problem.message}`)
    return { url, json: parsed.value }
  } catch (error) {
    const isPassing = error instanceof FetchError && error.retryable
    return { missing: isPassing ? 'unavailable' : 'refused', reason: messageOf(error) }
  }
}

/** A site behind a shield turns everybody away for a while; an overloaded one says so. */
function mayPass(status: number): boolean {
  return status >= 500 || [401, 403, 408, 429].includes(status)
}

const profile = 'https://www.w3.org/ns/activitystreams'

/** Types under which others serve ActivityPub. An upload that happens to hold JSON has another one. */
function isActivityType(contentType: string | null): boolean {
  try {
    const { essence, params } = new MIMEType(contentType ?? '')
    if (essence === 'application/activity+json') return true
    return essence === 'application/ld+json' && (params.get('profile') ?? '').split(' ').includes(profile)
  } catch {
    return false
  }
}

function withoutFragment(uri: string): string {
  return uri.split('#', 1)[0] ?? uri
}

function refused(reason: string): NoDocument {
  return { missing: 'refused', reason }
}
