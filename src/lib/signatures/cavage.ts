import { algorithmOf } from './algorithm.ts'
import { digestBody, formatDigest } from './digest.ts'
import { signBytes } from './sign-bytes.ts'
import type { KeyObject } from 'node:crypto'

export type SigningRequest = {
  readonly method: string
  readonly url: string | URL
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly date: Date
  /** The body to be sent, for requests that have one. */
  readonly body?: Uint8Array | string
  /** Its SHA-256 from `digestBody`, where known already; spares the hashing. */
  readonly digest?: Buffer
  /** Further headers to send and to sign, by lower-case name, one line each. */
  readonly extraHeaders?: Readonly<Record<string, string>>
}

/**
 * Signs as draft-cavage-http-signatures-12 does and every fediverse server understands.
 *
 * Returns the headers to send, by lower-case name: `host`, `date`, `digest` (with a body only), the extra ones,
 * `signature`. The signature covers them all and the request target with its query. BookWyrm finds the parameters only when no
 * space follows their commas; Takahē and WordPress insist on `algorithm`.
 *
 * @throws TypeError when the key is not RSA: Ed25519 has no name in this draft that others know.
 */
export async function signCavage(request: SigningRequest): Promise<Record<string, string>> {
  if (algorithmOf(request.privateKey) !== 'rsa-sha256') throw new TypeError('draft-cavage needs an RSA key')
  const { host, pathname, search } = new URL(request.url)
  const headers: Record<string, string> = { host, date: request.date.toUTCString() }
  const digest = request.digest ?? (request.body === undefined ? undefined : digestBody(request.body))
  if (digest) headers['digest'] = formatDigest(digest)
  Object.assign(headers, request.extraHeaders)

  const target = `(request-target): ${request.method.toLowerCase()} ${pathname}${search}`
  const lines = [target, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  const signature = await signBytes(Buffer.from(lines.join('\n')), request.privateKey)
  const covered = ['(request-target)', ...Object.keys(headers)].join(' ')
  headers['signature'] =
    `keyId="${request.keyId}",algorithm="rsa-sha256",headers="${covered}",signature="${signature.toString('base64')}"`
  return headers
}
