import type { DocumentLoader } from '@fedify/vocab-runtime'
import untypedJsonld from '@fedify/vocab-runtime/jsonld'
import type { ReadProblem } from '../../../domain/drafts.ts'
import { pinnedContext } from '../../contexts.ts'
import { contextIsForbidden, isObject } from './scan.ts'
import { customaryContext, termByIri, vocabulary } from './vocabulary.ts'

export type Normalized = { ok: true; document: Record<string, unknown> } | { ok: false; problem: ReadProblem }

type Expand = (
  document: object,
  options: { documentLoader: (url: string) => Promise<object>; expandContext: object },
) => Promise<unknown[]>

/** The processor comes without types. */
const jsonld = untypedJsonld as unknown as { expand: Expand }

/** An honest document names one context of its own, rarely two. */
const MAX_FETCHED_CONTEXTS = 3

/** The `proof` of FEP-8b32 is a graph by definition, and no reader looks into it. */
const PROOF = 'https://w3id.org/security#proof'

/**
 * Writes a document in our own words, whatever words its contexts made it of: expands it with a JSON-LD processor and
 * names each property that the readers know. What they do not know is left out.
 *
 * @param loadContext fetches a context that we have no copy of: bounded in time and size, never inward
 * @see https://www.w3.org/TR/json-ld11-api/#expansion
 */
export async function normalizeDocument(json: object, loadContext: DocumentLoader): Promise<Normalized> {
  const loader = makeLoader(loadContext)
  try {
    const options = { documentLoader: loader.load, expandContext: customaryContext }
    return nameProperties(await jsonld.expand(json, options))
  } catch {
    return { ok: false, problem: loader.problem() ?? 'bad-json-ld' }
  }
}

function nameProperties(expanded: unknown[]): Normalized {
  const [root] = expanded
  if (expanded.length !== 1 || !isObject(root)) return { ok: false, problem: 'bad-json-ld' }
  if (hasGraph(root)) return { ok: false, problem: 'forbidden-keyword' }
  return { ok: true, document: nodeInOurWords(root) }
}

function makeLoader(loadContext: DocumentLoader) {
  let fetched = 0
  let problem: ReadProblem | undefined
  const load = async (url: string) => {
    const pinned = pinnedContext(url)
    if (pinned) return { contextUrl: undefined, documentUrl: url, document: pinned }
    problem = fetched++ < MAX_FETCHED_CONTEXTS ? 'context-unavailable' : 'bad-json-ld'
    if (problem === 'bad-json-ld') throw new Error('The document names too many contexts')
    const { document } = await loadContext(url)
    problem = contextIsForbidden(document) ? 'forbidden-keyword' : undefined
    if (problem) throw new Error(`The context ${url} is refused`)
    return { contextUrl: undefined, documentUrl: url, document }
  }
  return { load, problem: () => problem }
}

const graphKeywords = new Set(['@graph', '@included', '@reverse'])

function hasGraph(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasGraph)
  if (!isObject(value)) return false
  return Object.entries(value).some(
    ([key, inner]) => graphKeywords.has(key) || (key !== PROOF && hasGraph(inner)),
  )
}

function nodeInOurWords(node: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [iri, values] of Object.entries(node)) {
    if (iri === '@id') plain['id'] = values
    else if (iri === '@type') plain['type'] = asList(values).map(typeInOurWords)
    else addProperty(plain, termByIri.get(iri), asList(values))
  }
  return plain
}

function addProperty(plain: Record<string, unknown>, word: string | undefined, values: unknown[]): void {
  if (word === undefined) return
  const hasTranslations = vocabulary.has(`${word}Map`)
  const byLanguage = Map.groupBy(values, (value) => (hasTranslations ? languageOf(value) : undefined))
  const untagged = byLanguage.get(undefined)
  if (untagged) plain[word] = [...asList(plain[word]), ...untagged.map(valueInOurWords)]
  byLanguage.delete(undefined)
  if (byLanguage.size > 0) plain[`${word}Map`] = Object.fromEntries(mapValues(byLanguage))
}

function mapValues(byLanguage: Map<string | undefined, unknown[]>): [string, unknown[]][] {
  return [...byLanguage].map(([language = '', values]) => [language, values.map(valueInOurWords)])
}

/** The language that a text was tagged with, unless the tag says that nobody knows. */
function languageOf(value: unknown): string | undefined {
  const language = isObject(value) ? value['@language'] : undefined
  return typeof language === 'string' && language !== 'und' ? language : undefined
}

function valueInOurWords(value: unknown): unknown {
  if (!isObject(value)) return value
  if ('@value' in value) return value['@value']
  if ('@list' in value) return asList(value['@list']).map(valueInOurWords)
  return nodeInOurWords(value)
}

function typeInOurWords(iri: unknown): unknown {
  return (typeof iri === 'string' && termByIri.get(iri)) || iri
}

function asList(value: unknown): unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
