import untypedJsonld from '@fedify/vocab-runtime/jsonld'
import { pinnedContext } from '../contexts.ts'

type Loaded = { contextUrl: undefined; documentUrl: string; document: object }
type Options = { documentLoader: (url: string) => Promise<Loaded>; safe: boolean }

/** The processor comes without types. */
const jsonld = untypedJsonld as unknown as {
  canonize(document: object, options: Options): Promise<string>
  fromRDF(nQuads: string, options: { format: 'application/n-quads' }): Promise<Node[]>
}

/** A thing and what is said of it, in expanded JSON-LD; what is said in a named graph stands in `@graph`. */
export type Node = { readonly '@id': string; readonly [property: string]: unknown }

/** Contexts that we have a copy of: what a signature covers must not depend on what an address serves today. */
async function loadPinned(url: string): Promise<Loaded> {
  const document = pinnedContext(url)
  if (document === undefined) throw new Error(`There is no copy of the context ${url}`)
  return { contextUrl: undefined, documentUrl: url, document }
}

/**
 * All that a document states, as canonical N-Quads (RDFC-1.0, formerly URDNA2015).
 * @param rule `all` when nothing in the document may be without meaning; `some` when that is left out
 * @throws Error for a context that we have no copy of, a document that is no JSON-LD, or one whose unnamed parts cannot
 *   be told apart with little work
 */
export function canonizeDocument(document: object, rule: 'all' | 'some'): Promise<string> {
  return jsonld.canonize(document, { documentLoader: loadPinned, safe: rule === 'all' })
}

/** The same statements, thing by thing. */
export function listNodes(nQuads: string): Promise<Node[]> {
  return jsonld.fromRDF(nQuads, { format: 'application/n-quads' })
}
