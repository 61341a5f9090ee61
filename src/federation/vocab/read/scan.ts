import type { ReadProblem } from '../../../domain/drafts.ts'
import {
  customaryMeaning,
  idIsLiteral,
  type Meaning,
  meaningUnder,
  publicIsCustomary,
  senseOf,
} from './meaning.ts'
import { type TermKind, vocabulary } from './vocabulary.ts'

/** `plain`: every word that a reader looks at already means what the reader takes it for. */
export type Scan = { ok: true; plain: boolean; nodes: number } | { ok: false; problem: ReadProblem }

/** Deeper than any honest document, and shallow enough to walk by recursion. */
const MAX_DEPTH = 32
const MAX_NODES = 100_000

/** Ways to move parts of a document to where nobody looks; no server of the fediverse uses them. */
const forbidden = new Set(['@graph', '@included', '@reverse'])

type State = { nodes: number; plain: boolean; problem: ReadProblem | undefined }

/** Looks at all of a document once, before anything else does. Never throws, never follows a link. */
export function scanDocument(json: unknown): Scan {
  if (!isObject(json)) return { ok: false, problem: 'not-an-object' }
  const state: State = { nodes: 0, plain: true, problem: undefined }
  scanObject(json, customaryMeaning, 1, state)
  if (state.problem) return { ok: false, problem: state.problem }
  return { ok: true, plain: state.plain, nodes: state.nodes }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `meaning` is undefined where nobody reads (below a foreign word) and once the document is known not to be plain. */
function scanValue(value: unknown, meaning: Meaning | undefined, depth: number, state: State): void {
  if (++state.nodes > MAX_NODES) state.problem = 'too-large'
  if (typeof value !== 'object' || value === null || state.problem) return
  if (depth >= MAX_DEPTH) state.problem = 'too-deep'
  else if (!Array.isArray(value)) scanObject(value as Record<string, unknown>, meaning, depth + 1, state)
  else for (const item of value) scanValue(item, meaning, depth + 1, state)
}

function scanObject(
  node: Record<string, unknown>,
  outer: Meaning | undefined,
  depth: number,
  state: State,
): void {
  const meaning = '@context' in node ? enterContext(node['@context'], outer, state) : outer
  for (const key in node) {
    if (state.problem) return
    if (key === '@context') continue
    if (forbidden.has(key)) state.problem = 'forbidden-keyword'
    else scanProperty(key, node[key], meaning, depth, state)
  }
}

function scanProperty(
  key: string,
  value: unknown,
  meaning: Meaning | undefined,
  depth: number,
  state: State,
): void {
  const sense = meaning && !key.startsWith('@') ? senseOf(meaning, key) : 'clash'
  const below = sense === 'same' && kindOf(key) !== 'languages' ? meaning : undefined
  scanValue(value, below, depth, state)
  if (!meaning || !state.plain || state.problem) return
  state.plain = sense === 'other' || (sense === 'same' && valuesAreLiteral(key, value, meaning))
}

function enterContext(context: unknown, outer: Meaning | undefined, state: State): Meaning | undefined {
  if (contextIsForbidden(context)) state.problem = 'forbidden-keyword'
  if (!outer || state.problem) return undefined
  const meaning = meaningUnder(outer, context)
  if (!meaning) state.plain = false
  return meaning
}

function kindOf(key: string): TermKind | undefined {
  return key === 'id' ? 'id' : key === 'type' ? 'type' : vocabulary.get(key)?.kind
}

function valuesAreLiteral(key: string, value: unknown, meaning: Meaning): boolean {
  const kind = kindOf(key)
  if (kind === 'languages') return isLanguageMap(value)
  if (Array.isArray(value)) return value.every((item) => valuesAreLiteral(key, item, meaning))
  if (typeof value !== 'string') return true
  if (kind === 'type') return senseOf(meaning, value) !== 'clash'
  if (kind !== 'id') return true
  return idIsLiteral(meaning, value) || (isRecipient(key) && publicIsCustomary(meaning, value))
}

/** Texts by language, of which JSON-LD takes neither a keyword nor "undetermined" for one. */
function isLanguageMap(value: unknown): boolean {
  if (value === null) return true
  if (!isObject(value)) return false
  return Object.entries(value).every(
    ([language, text]) => /^(?!und$)[a-z]/i.test(language) && [text].flat().every(isText),
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === null
}

function isRecipient(key: string): boolean {
  return key === 'to' || key === 'cc'
}

/**
 * Whether a context gives another name to a forbidden keyword, or to the keyword that lets a word's values count as
 * the outer object's own.
 */
export function contextIsForbidden(context: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true
  if (typeof context === 'string') return forbidden.has(context)
  if (typeof context !== 'object' || context === null) return false
  return Object.entries(context).some(
    ([key, value]) => key === '@reverse' || (key !== '@container' && contextIsForbidden(value, depth + 1)),
  )
}
