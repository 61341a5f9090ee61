import { preloadedContexts } from '@fedify/vocab-runtime'

type ContextDocument = { '@context': unknown }

/**
 * Contexts that we have no copy of but whose users mean by our terms what everybody means by them. They add nothing
 * to the customary meanings, and are never fetched.
 */
const addingNothing = new Set([
  'https://funkwhale.audio/ns',
  'https://joinpeertube.org/ns',
  'https://litepub.social/context.jsonld',
  'https://litepub.social/litepub/context.jsonld',
  'https://w3id.org/fep/044f',
  'https://w3id.org/fep/7aa9',
  'https://purl.archive.org/socialweb/thread/1.0',
])

const emptyContext: ContextDocument = { '@context': {} }

/** Every Pleroma and Akkoma serves the same context from its own host, some under names that nobody can reach. */
const litepub = /^https?:\/\/[^/?#@]+\/schemas\/litepub-0\.1\.jsonld$/

/**
 * Our own copy of a well-known JSON-LD context, or undefined. A copy decides the meaning whatever the address serves
 * today, so a document reads the same here whichever host it names and whoever reads it.
 */
export function pinnedContext(url: string): ContextDocument | undefined {
  const copy = copies.get(url) ?? copies.get(officialSpelling(url))
  if (copy) return copy
  return addingNothing.has(url) || litepub.test(url) ? emptyContext : undefined
}

const copies = new Map(Object.entries(preloadedContexts as Record<string, ContextDocument>))

/** GNU social and early Friendica write these addresses with http, others with a trailing `#`. */
function officialSpelling(url: string): string {
  return url.replace(/^http:\/\/(www\.w3\.org|w3id\.org)\//, 'https://$1/').replace(/#$/, '')
}
