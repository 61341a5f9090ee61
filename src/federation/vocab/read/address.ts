import { PUBLIC } from './vocabulary.ts'
import { isObject } from './scan.ts'
import { valuesOf } from './values.ts'

const MAX_LENGTH = 2_048
const authority = /^https?:\/\/[^/?#]+/i
/** What no written URL contains: white space, control characters, quotes, angle brackets, backslashes. */
const neverInUrl = /[\s\p{Cc}"<>\\]/u

/**
 * A web address in the one spelling that we compare and store: scheme and host in lower case, names in punycode, no
 * default port; the rest exactly as written, because ids are compared letter by letter. Undefined for anything but
 * http and https, and for credentials or a trailing dot in the host.
 */
export function canonicalUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || neverInUrl.test(text)) return undefined
  const written = authority.exec(text)?.[0]
  if (written === undefined || written.includes('@') || !text.isWellFormed()) return undefined
  const url = URL.parse(text)
  return url && !url.hostname.endsWith('.') ? url.origin + text.slice(written.length) : undefined
}

export function sameHost(one: string, other: string): boolean {
  return URL.parse(one)?.host === URL.parse(other)?.host
}

/** The addresses that a property names, by themselves or as the ids of objects. */
export function urlsOf(node: Record<string, unknown>, word: string, limit?: number): string[] {
  return valuesOf(node, word, limit).flatMap((value) => urlOf(value) ?? [])
}

export function firstUrlOf(node: Record<string, unknown>, word: string): string | undefined {
  return urlsOf(node, word)[0]
}

function urlOf(value: unknown): string | undefined {
  return canonicalUrl(isObject(value) ? value['id'] : value)
}

const MAX_RECIPIENTS = 500

/** To whom something is addressed, each once, the public written in full. */
export function recipientsOf(node: Record<string, unknown>, word: 'to' | 'cc'): string[] {
  const recipients = valuesOf(node, word, MAX_RECIPIENTS).flatMap((value) =>
    value === 'as:Public' || value === 'Public' ? PUBLIC : (urlOf(value) ?? []),
  )
  return [...new Set(recipients)]
}

/** An address of a property, if it lies on the host that answers for the whole document. */
export function localUrlOf(node: Record<string, unknown>, word: string, id: string): string | undefined {
  const url = firstUrlOf(node, word)
  return url !== undefined && sameHost(url, id) ? url : undefined
}
