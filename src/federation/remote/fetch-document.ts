import { messageOf } from '../../lib/errors.ts'
import { parseBoundedJson } from '../../lib/json-limits.ts'
import type { SignedGet } from './signed-get.ts'

/** A document as its server says it is. */
export type FetchedDocument = { readonly url: string; readonly json: Record<string, unknown> }

/** Why there is none: `gone` is the server's own word, `refused` ours. */
export type NoDocument = { readonly missing: 'gone' | 'unavailable' | 'refused'; readonly reason: string }

/** Types under which others serve ActivityPub. An upload that happens to hold JSON has another one. */
const activityTypes =
  /^(application\/activity\+json|application\/ld\+json\s*;.*profile="?[^"]*https:\/\/www\.w3\.org\/ns\/activitystreams)/i

/**
 * Fetches an object by its id. What is served must call itself that, or lie at the address where it says it lives:
 * then it is asked for once more, there.
 */
export async function fetchDocument(get: SignedGet, id: string): Promise<FetchedDocument | NoDocument> {
  const first = await fetchOnce(get, id)
  if ('missing' in first || first.json['id'] === first.url || first.json['id'] === id.split('#')[0])
    return first
  const claimed = first.json['id']
  if (typeof claimed !== 'string' || !URL.canParse(claimed))
    return { missing: 'refused', reason: `${id} names no id` }
  const second = await fetchOnce(get, claimed)
  if ('missing' in second) return second
  const consistent = second.json['id'] === claimed && new URL(second.url).host === new URL(claimed).host
  return consistent
    ? second
    : { missing: 'refused', reason: `${id} is served under the name of something else` }
}

async function fetchOnce(get: SignedGet, url: string): Promise<FetchedDocument | NoDocument> {
  try {
    const response = await get(url)
    if (response.status === 404 || response.status === 410)
      return { missing: 'gone', reason: `${url}: ${response.status}` }
    if (!response.ok) return { missing: 'unavailable', reason: `${url} answered ${response.status}` }
    if (!activityTypes.test(response.headers.get('content-type') ?? '')) {
      return { missing: 'refused', reason: `${url} is not an ActivityPub document` }
    }
    const parsed = parseBoundedJson(response.body)
    if (!parsed.ok) return { missing: 'refused', reason: `${url}: ${parsed.problem.message}` }
    return { url: response.url, json: parsed.value }
  } catch (error) {
    return { missing: 'unavailable', reason: messageOf(error) }
  }
}
