import { LRUCache } from 'lru-cache'
import { pinnedContext } from '../../contexts.ts'
import { customaryContext, PUBLIC, termByIri, type TermKind, vocabulary } from './vocabulary.ts'

/**
 * What a word stands for in a document: `same` when it is a word of our vocabulary with our meaning, `other` when it
 * is not and has nothing to do with it, `clash` when reading the document word by word would misunderstand it.
 */
export type Sense = 'same' | 'other' | 'clash'

type Definition = { iri: string; sense: Sense; isPrefix: boolean; isProtected: boolean }

/** The words that a document's contexts define, on top of the customary ones. */
export type Meaning = {
  readonly key: string
  readonly definitions: ReadonlyMap<string, Definition>
  readonly vocab: string
}

type Draft = { definitions: Map<string, Definition>; vocab: string }

/** Where a definition comes from: our own copies may use all of JSON-LD, strangers only the plain part of it. */
type Origin = 'pinned' | 'inline'

/** Signals that a context goes beyond what is understood without a JSON-LD processor. */
class NotPlain extends Error {}

const MAX_CONTEXT_LENGTH = 8_192
const MAX_NESTING = 8
const BLANK = '_:'
const endsLikeNamespace = /[:/?#[\]@]$/

const meanings = new LRUCache<string, { meaning: Meaning | undefined }>({ max: 1_000 })

/** The meaning of a document that has no `@context`. */
export const customaryMeaning: Meaning = makeCustomaryMeaning()

/**
 * What words mean under this `@context`, lying upon the meaning that already holds there. Undefined when that takes
 * a JSON-LD processor: a context that we have no copy of, or one that does more than define words and prefixes.
 * Remembered per context: servers send the same few over and over.
 */
export function meaningUnder(outer: Meaning, context: unknown): Meaning | undefined {
  const written = JSON.stringify(context) ?? ''
  if (written.length > MAX_CONTEXT_LENGTH || outer.key.length > 2 * MAX_CONTEXT_LENGTH) return undefined
  const key = `${outer.key}\n${written}`
  const known = meanings.get(key)
  if (known) return known.meaning
  const meaning = computeMeaning(outer, context, key)
  meanings.set(key, { meaning })
  return meaning
}

/** The sense of a key or of the value of `type`. */
export function senseOf(meaning: Meaning, word: string): Sense {
  const definition = meaning.definitions.get(word)
  if (definition) return definition.sense
  const iri = word.includes(':') ? expandCompact(meaning, word) : meaning.vocab + word
  return iri !== undefined && termByIri.has(iri) ? 'clash' : 'other'
}

/** Whether an id that is written like this stays as it is when JSON-LD reads it. */
export function idIsLiteral(meaning: Meaning, id: string): boolean {
  if (id.startsWith('https://') || id.startsWith('http://') || id === 'Public') return true
  return id.includes(':') && expandCompact(meaning, id) === id
}

/** Whether `as:Public` is the public here, as the readers of recipients take for granted. */
export function publicIsCustomary(meaning: Meaning, recipient: string): boolean {
  return recipient === 'as:Public' && expandCompact(meaning, recipient) === PUBLIC
}

/** A compact IRI in full, an absolute one as it is, and undefined where it is not clear which of them it is. */
function expandCompact(meaning: Draft | Meaning, word: string): string | undefined {
  const colon = word.indexOf(':')
  const prefix = word.slice(0, colon)
  const rest = word.slice(colon + 1)
  if (prefix === '_' || rest.startsWith('//')) return word
  const definition = meaning.definitions.get(prefix)
  return definition?.isPrefix ? definition.iri + rest : word
}

function computeMeaning(outer: Meaning, context: unknown, key: string): Meaning | undefined {
  const draft: Draft = { definitions: new Map(outer.definitions), vocab: outer.vocab }
  try {
    apply(draft, context, 'inline', 0)
    return { key, ...draft }
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

function apply(draft: Draft, context: unknown, origin: Origin, depth: number): void {
  if (depth > MAX_NESTING) throw new NotPlain()
  if (typeof context === 'string') {
    const pinned = pinnedContext(context)
    if (!pinned) throw new NotPlain()
    apply(draft, pinned['@context'], 'pinned', depth + 1)
  } else if (Array.isArray(context)) {
    for (const part of context) apply(draft, part, origin, depth + 1)
  } else if (typeof context === 'object' && context !== null) {
    define(draft, new Map(Object.entries(context)), origin)
  } else throw new NotPlain()
}

function define(draft: Draft, local: ReadonlyMap<string, unknown>, origin: Origin): void {
  const isProtected = origin === 'pinned' && local.get('@protected') === true
  for (const [word, value] of local) if (word.startsWith('@')) applyKeyword(draft, word, value, origin)
  const before: Draft = { definitions: new Map(draft.definitions), vocab: draft.vocab }
  for (const [word, value] of local) {
    if (word.startsWith('@')) continue
    const definition = { ...defineWord(before, local, word, value, origin), isProtected }
    const earlier = before.definitions.get(word)
    if (earlier?.isProtected && earlier.iri !== definition.iri) throw new NotPlain()
    draft.definitions.set(word, definition)
  }
}

/** A default language other than "undetermined" would say something about the text, so JSON-LD has to read it. */
function applyKeyword(draft: Draft, keyword: string, value: unknown, origin: Origin): void {
  if (keyword === '@version' && value === 1.1) return
  if (keyword === '@language' && value === 'und') return
  if (origin === 'inline') throw new NotPlain()
  if (keyword === '@vocab' && typeof value === 'string') draft.vocab = value
}

function defineWord(
  before: Draft,
  local: ReadonlyMap<string, unknown>,
  word: string,
  value: unknown,
  origin: Origin,
): Omit<Definition, 'isProtected'> {
  if (origin === 'inline' && /[:/]|^$/.test(word)) throw new NotPlain()
  const written = typeof value === 'string' ? value : detailsOf(value, origin)
  const iri = resolve(before, local, typeof written === 'string' ? written : written['@id'], 0)
  const known = vocabulary.get(word)
  const fits = known?.iris.includes(iri) && (typeof written === 'string' || coercionFits(known.kind, written))
  const isPrefix = typeof value === 'string' && endsLikeNamespace.test(iri)
  return { iri, isPrefix, sense: senseOfDefinition(word, iri, known !== undefined, fits === true) }
}

function senseOfDefinition(word: string, iri: string, isOurs: boolean, fits: boolean): Sense {
  if (word === 'id' || word === 'type') return iri === `@${word}` ? 'same' : 'clash'
  if (iri.startsWith('@')) return 'clash'
  if (isOurs) return fits ? 'same' : 'clash'
  return termByIri.has(iri) ? 'clash' : 'other'
}

type Details = { '@id': string; '@type'?: unknown; '@container'?: unknown }

function detailsOf(value: unknown, origin: Origin): Details {
  if (typeof value !== 'object' || value === null) throw new NotPlain()
  const details = value as Record<string, unknown>
  if (typeof details['@id'] !== 'string') throw new NotPlain()
  const isPlain = Object.keys(details).every(
    (key) => key === '@id' || key === '@type' || key === '@container',
  )
  if (!isPlain && origin === 'inline') throw new NotPlain()
  return details as Details
}

/** Whether a word's values come out of JSON-LD as they were written. */
function coercionFits(kind: TermKind, { '@type': type, '@container': container }: Details): boolean {
  if (kind === 'languages') return container === '@language' && type === undefined
  if (type === '@vocab' || type === '@json' || (type === '@id' && kind !== 'id')) return false
  return container === undefined || container === '@set' || (kind === 'list' && container === '@list')
}

/** The IRI that a definition names, whichever order the definitions come in. */
function resolve(before: Draft, local: ReadonlyMap<string, unknown>, written: string, depth: number): string {
  if (depth > MAX_NESTING) throw new NotPlain()
  if (written.startsWith('@')) return keyword(written)
  const colon = written.indexOf(':')
  const rest = written.slice(colon + 1)
  if (colon >= 0 && (written.startsWith(BLANK) || rest.startsWith('//'))) return written
  const name = colon < 0 ? written : written.slice(0, colon)
  const base = resolveName(before, local, name, colon >= 0, depth)
  if (colon < 0) return base ?? before.vocab + written
  return base === undefined ? written : base + rest
}

function resolveName(
  before: Draft,
  local: ReadonlyMap<string, unknown>,
  name: string,
  asPrefix: boolean,
  depth: number,
): string | undefined {
  const here = local.get(name)
  if (here === undefined) {
    const earlier = before.definitions.get(name)
    return asPrefix && earlier && !earlier.isPrefix ? undefined : earlier?.iri
  }
  if (typeof here !== 'string') throw new NotPlain()
  const iri = resolve(before, local, here, depth + 1)
  if (asPrefix && !endsLikeNamespace.test(iri)) throw new NotPlain()
  return iri
}

function keyword(written: string): string {
  if (written === '@id' || written === '@type') return written
  throw new NotPlain()
}

function makeCustomaryMeaning(): Meaning {
  const draft: Draft = { definitions: new Map(), vocab: BLANK }
  define(draft, new Map(Object.entries(customaryContext)), 'inline')
  return { key: '', ...draft }
}
