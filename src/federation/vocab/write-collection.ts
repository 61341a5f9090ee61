import { plainContext } from './write-contexts.ts'

type Json = Record<string, unknown>

/** For documents with hashtags in them. */
export const hashtagContext = [plainContext, { Hashtag: 'as:Hashtag' }]

/** A collection that is served whole: https://www.w3.org/TR/activitystreams-core/#collections */
export function writeCollection(
  id: string,
  type: 'Collection' | 'OrderedCollection',
  entries: readonly unknown[],
): Json {
  const name = type === 'Collection' ? 'items' : 'orderedItems'
  return { '@context': plainContext, id, type, totalItems: entries.length, [name]: entries }
}
