import { hash, timingSafeEqual } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { findSingleHeader } from './headers.ts'
import { problem } from './types.ts'
import type { HeaderMap } from './headers.ts'
import type { ParsedSignature, SignatureProblem, SignatureStyle } from './types.ts'

/** What both digest headers carry. Compute it once where one body goes to many inboxes. */
export function digestBody(body: Uint8Array | string): Buffer {
  return hash('sha256', body, 'buffer')
}

/** `Digest` (RFC 3230), which draft-cavage signs. */
export function formatDigest(sha256: Buffer): string {
  return `SHA-256=${sha256.toString('base64')}`
}

/** `Content-Digest` (RFC 9530), which RFC 9421 signs. */
export function formatContentDigest(sha256: Buffer): string {
  return `sha-256=:${sha256.toString('base64')}:`
}

const FIELDS = {
  cavage: { header: 'digest', sha256: /^sha-256=([^:]+)$/i },
  rfc9421: { header: 'content-digest', sha256: /^sha-256=:([^:]+):$/i },
} as const

const MAX_FIELD_LENGTH = 1024

/** The name of the header that vouches for the body in this style. */
export function digestHeader(style: SignatureStyle): string {
  return FIELDS[style].header
}

/**
 * Reads the SHA-256 out of the style's digest header, which may list other algorithms beside it. Weaker ones alone
 * do not count.
 */
export function readDigest(headers: HeaderMap, style: SignatureStyle): Buffer | SignatureProblem {
  const { header, sha256 } = FIELDS[style]
  const field = findSingleHeader(headers, header)
  if (field === undefined || field.length > MAX_FIELD_LENGTH) {
    return problem('malformed_digest', `The request needs exactly one ${header} header.`)
  }
  const found = field.split(',').flatMap((item) => sha256.exec(item.trim())?.[1] ?? [])
  const digest = found.length === 1 ? decodeBase64(found[0]!) : undefined
  if (digest?.length !== 32) {
    return problem('malformed_digest', `The ${header} header must hold one SHA-256 digest.`)
  }
  return digest
}

/** Compares the body, byte for byte as received, with the digest that the signature covers. */
export function verifyDigest(signed: ParsedSignature, rawBody: Uint8Array): SignatureProblem | undefined {
  if (!signed.bodyDigest) {
    return rawBody.length === 0
      ? undefined
      : problem('insufficient_coverage', 'The request has a body that its signature does not cover.')
  }
  return timingSafeEqual(signed.bodyDigest, digestBody(rawBody))
    ? undefined
    : problem('digest_mismatch', 'The body does not match its digest.')
}
