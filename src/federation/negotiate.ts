import type { Request } from 'express'

const documentTypes = ['application/activity+json', 'application/ld+json', 'application/json']
const pageTypes = ['text/html', 'text/*', '*/*']

/** Addresses at which there is nothing for people to look at: all below an actor but the posts themselves. */
const withoutPage = /^\/users\/[^/]+\/(?!statuses\/[^/]+$)/

/**
 * Whether the asker would rather have the ActivityPub document than the page at the same address: the first of the
 * types that they want most decides. Asked in one place, since who decides otherwise elsewhere decides who may see
 * what. Parameters of types (the profile of `application/ld+json`) do not matter; whoever takes anything gets the page,
 * where there is one.
 */
export function wantsDocument(request: Request): boolean {
  if (withoutPage.test(request.baseUrl + request.path)) return true
  const ranges = (request.headers.accept ?? '*/*').toLowerCase().split(',').map(readRange)
  const wanted = ranges.filter(({ type, q }) => q > 0 && [...documentTypes, ...pageTypes].includes(type))
  const [first] = wanted.toSorted(
    (a, b) => b.q - a.q || Number(a.type.endsWith('*')) - Number(b.type.endsWith('*')),
  )
  return first !== undefined && documentTypes.includes(first.type)
}

function readRange(range: string): { type: string; q: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { type, q: q === undefined ? 1 : Number(q) || 0 }
}
