/**
 * The host (with its port) of an http or https URL that is spelt the one way in which URLs are compared: lower case,
 * punycode, no port that goes without saying, no user, no final dot. Ids are compared as strings, so that an id whose
 * host is spelt otherwise is nobody's.
 */
export function canonicalHost(uri: string): string | undefined {
  const url = URL.parse(uri)
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.hostname.endsWith('.'))
    return undefined
  const isCanonical = uri.startsWith(url.origin) && /^([/?#]|$)/.test(uri.slice(url.origin.length))
  return isCanonical ? url.host : undefined
}
