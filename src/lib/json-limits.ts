import { isUtf8 } from 'node:buffer'

export type JsonProblemCode =
  | 'invalid_utf8'
  | 'nul'
  | 'lone_surrogate'
  | 'too_deep'
  | 'too_many_nodes'
  | 'malformed'
  | 'not_an_object'
  | 'forbidden_key'

/** Why a document is not read. `message` may be shown to the sender. */
export type JsonProblem = { readonly problem: JsonProblemCode; readonly message: string }

export type BoundedJson =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly problem: JsonProblem }

const MAX_DEPTH = 32
const MAX_NODES = 5_000

const MESSAGES: Record<JsonProblemCode, string> = {
  invalid_utf8: 'The document is not UTF-8.',
  nul: 'The document contains a NUL character.',
  lone_surrogate: 'The document contains half of a surrogate pair.',
  too_deep: `The document is nested deeper than ${MAX_DEPTH} levels.`,
  too_many_nodes: `The document has more than ${MAX_NODES} values.`,
  malformed: 'The document is not JSON.',
  not_an_object: 'The document is not a JSON object.',
  forbidden_key: 'The document contains the key __proto__.',
}

/**
 * Parses a JSON object from an untrusted source, within `checkJsonLimits` and without the key `__proto__` at any
 * level. Never throws.
 */
export function parseBoundedJson(raw: Uint8Array | string): BoundedJson {
  const excess = checkJsonLimits(raw)
  if (excess) return { ok: false, problem: excess }
  const value = parseJson(raw)
  if (value === undefined) return { ok: false, problem: refuse('malformed') }
  if (!isObject(value) || Array.isArray(value)) return { ok: false, problem: refuse('not_an_object') }
  return hasForbiddenKey(value) ? { ok: false, problem: refuse('forbidden_key') } : { ok: true, value }
}

/**
 * Bounds what `JSON.parse` would build, in one pass over the bytes and before anything is built: at most 32 levels
 * and 5,000 values (keys not counted), no NUL and no half of a surrogate pair, neither of which PostgreSQL can
 * store. Says nothing about the grammar: that is left to the parser.
 */
export function checkJsonLimits(raw: Uint8Array | string): JsonProblem | undefined {
  if (typeof raw === 'string') {
    return raw.isWellFormed() ? scan(Buffer.from(raw)) : refuse('lone_surrogate')
  }
  return isUtf8(raw) ? scan(raw) : refuse('invalid_utf8')
}

function scan(bytes: Uint8Array): JsonProblem | undefined {
  if (bytes.includes(0)) return refuse('nul')
  let depth = 0
  let nodes = 0
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const end = findStringEnd(bytes, at)
        if (typeof end === 'string') return refuse(end)
        at = end
        nodes++
        break
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        nodes++
        depth++
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
        break
      case COLON:
        // The string before it was a key, whose place its value takes.
        nodes--
        break
      default:
        if (!isBetweenValues(bytes[at]!)) {
          at = findScalarEnd(bytes, at)
          nodes++
        }
    }
    if (depth > MAX_DEPTH) return refuse('too_deep')
    if (nodes > MAX_NODES) return refuse('too_many_nodes')
  }
  return undefined
}

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LETTER_U = 0x75
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

function isBetweenValues(byte: number): boolean {
  return byte <= SPACE || byte === COMMA
}

/** The index of the last byte of the number or literal that begins at `start`. */
function findScalarEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  while (at < bytes.length && !isBetweenValues(bytes[at]!) && !isStructural(bytes[at]!)) at++
  return at - 1
}

function isStructural(byte: number): boolean {
  return (
    byte === QUOTE ||
    byte === COLON ||
    byte === OPEN_BRACE ||
    byte === OPEN_BRACKET ||
    byte === CLOSE_BRACE ||
    byte === CLOSE_BRACKET
  )
}

/** The index of the quote that closes the string opened at `start` (or of the end of the input), or what is wrong. */
function findStringEnd(bytes: Uint8Array, start: number): number | 'nul' | 'lone_surrogate' {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) {
    if (bytes[at] !== BACKSLASH) {
      at++
      continue
    }
    const unit = readEscapedUnit(bytes, at)
    if (unit === undefined) {
      at += 2
      continue
    }
    if (unit === 0) return 'nul'
    if (isLowSurrogate(unit)) return 'lone_surrogate'
    at += 6
    if (!isHighSurrogate(unit)) continue
    if (!isLowSurrogate(readEscapedUnit(bytes, at) ?? 0)) return 'lone_surrogate'
    at += 6
  }
  return at
}

/** The UTF-16 code unit written as `\uXXXX` at `at`; undefined for every other escape, NaN for bad digits. */
function readEscapedUnit(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return undefined
  let unit = 0
  for (let i = at + 2; i < at + 6; i++) unit = unit * 16 + hexDigit(bytes[i] ?? 0)
  return unit
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : NaN
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

function parseJson(raw: Uint8Array | string): unknown {
  try {
    return JSON.parse(
      typeof raw === 'string' ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString(),
    )
  } catch {
    return undefined
  }
}

function hasForbiddenKey(root: object): boolean {
  const pending: object[] = [root]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (Object.hasOwn(node, '__proto__')) return true
    for (const child of Object.values(node)) if (isObject(child)) pending.push(child)
  }
  return false
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function refuse(problem: JsonProblemCode): JsonProblem {
  return { problem, message: MESSAGES[problem] }
}
