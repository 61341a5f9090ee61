import type { Request } from 'express'

const documentTypes = ['application/activity+json', 'application/ld+json', 'application/json']

/**
 * Whether the asker would rather have the ActivityPub document than the page at the same address. Asked in one place,
 * since who decides otherwise elsewhere decides who may see what. A browser, and whoever takes anything, gets the page.
 */
export function wantsDocument(request: Request): boolean {
  const preferred = request.accepts(['text/html', 'application/xhtml+xml', ...documentTypes])
  return preferred !== false && documentTypes.includes(preferred)
}
