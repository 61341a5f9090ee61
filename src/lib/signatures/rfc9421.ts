import { algorithmOf } from './algorithm.ts'
import { digestBody, formatContentDigest } from './digest.ts'
import { signBytes } from './sign-bytes.ts'
import type { SigningRequest } from './cavage.ts'

/** The names that RFC 9421 section 6.2 registers. */
const REGISTERED = { 'rsa-sha256': 'rsa-v1_5-sha256', ed25519: 'ed25519' } as const

/** The bytes that an RFC 9421 signature signs (section 2.5): a line per component, then the parameters. */
export function formatSignatureBase(
  components: ReadonlyArray<readonly [name: string, value: string]>,
  params: string,
): Buffer {
  const lines = components.map(([name, value]) => `"${name}": ${value}\n`)
  return Buffer.from(`${lines.join('')}"@signature-params": ${params}`, 'latin1')
}

/**
 * Signs as RFC 9421 does, with an RSA (`rsa-v1_5-sha256`) or an Ed25519 key.
 *
 * Returns the headers to send, by lower-case name: `host`, `content-digest` (with a body only), the extra ones,
 * `signature-input`, `signature`. Covers method, full address, authority, digest and the extra headers; the time is the `created` parameter, so that a
 * proxy which rewrites Date does no harm.
 */
export async function signRfc9421(request: SigningRequest): Promise<Record<string, string>> {
  const { host, origin, pathname, search } = new URL(request.url)
  const headers: Record<string, string> = { host }
  const components: [string, string][] = [
    ['@method', request.method],
    ['@target-uri', `${origin}${pathname}${search}`],
    ['@authority', host],
  ]
  const digest = request.digest ?? (request.body === undefined ? undefined : digestBody(request.body))
  if (digest) {
    headers['content-digest'] = formatContentDigest(digest)
    components.push(['content-digest', headers['content-digest']])
  }
  for (const [name, value] of Object.entries(request.extraHeaders ?? {})) {
    headers[name] = value
    components.push([name, value])
  }
  const params = formatParams(request, components)
  const signature = await signBytes(formatSignatureBase(components, params), request.privateKey)
  headers['signature-input'] = `sig1=${params}`
  headers['signature'] = `sig1=:${signature.toString('base64')}:`
  return headers
}

function formatParams(request: SigningRequest, components: ReadonlyArray<readonly [string, string]>): string {
  const algorithm = algorithmOf(request.privateKey)
  if (!algorithm) throw new TypeError('RFC 9421 needs an RSA or an Ed25519 key')
  const names = components.map(([name]) => `"${name}"`).join(' ')
  const created = Math.floor(request.date.getTime() / 1000)
  return `(${names});created=${created};keyid="${request.keyId}";alg="${REGISTERED[algorithm]}"`
}
