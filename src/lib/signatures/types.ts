import type { HeaderMap } from './headers.ts'

/** How the signature is written down: draft-cavage-http-signatures-12, or its successor RFC 9421. */
export type SignatureStyle = 'cavage' | 'rfc9421'

/** RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519: nothing else is spoken in the fediverse. */
export type SignatureAlgorithm = 'rsa-sha256' | 'ed25519'

/** The parts of an incoming request that a signature can speak about, exactly as they came over the wire. */
export type SignedRequestParts = {
  /** As sent: `POST`, `GET`. */
  readonly method: string
  /** The raw request target with its query (`/inbox?x=1`), Node's `request.url` before anything rewrote it. */
  readonly target: string
  readonly headers: HeaderMap
  /** Our own public origins (`https://ours.example`); the request's Host must belong to one of them. */
  readonly origins: readonly string[]
}

/** What the signature headers say, before any of it is believed. */
export type SignatureClaim = {
  readonly style: SignatureStyle
  readonly keyId: string
  /** Undefined when the sender leaves it to the key (no algorithm named, or cavage's `hs2019`). */
  readonly algorithm: SignatureAlgorithm | undefined
  /** Lower-case component names in signing order; `(request-target)` or `@method` for what is no header. */
  readonly covered: readonly string[]
  /** Unix seconds. */
  readonly created: number | undefined
  /** Unix seconds. */
  readonly expires: number | undefined
  readonly signature: Buffer
  /** RFC 9421 only: the received value of `@signature-params`, which ends the signature base. */
  readonly params: string
}

/** A signature that may be worth a look at its key: fresh, covering enough, and for a host that is ours. */
export type ParsedSignature = {
  readonly style: SignatureStyle
  readonly keyId: string
  readonly algorithm: SignatureAlgorithm | undefined
  readonly covered: readonly string[]
  readonly signingString: Buffer
  readonly signature: Buffer
  readonly created?: Date
  readonly expires?: Date
  /** The SHA-256 of the body that the signature vouches for; absent when it vouches for no body. */
  readonly bodyDigest?: Buffer
}

export type SignatureProblemCode =
  | 'wrong_host'
  | 'malformed_request'
  | 'missing_signature'
  | 'malformed_signature'
  | 'unsupported_algorithm'
  | 'missing_date'
  | 'malformed_date'
  | 'outside_time_window'
  | 'expired'
  | 'insufficient_coverage'
  | 'missing_component'
  | 'malformed_digest'
  | 'digest_mismatch'

/** Why a request is not taken as signed. `message` may be shown to the sender: it names rules, never secrets. */
export type SignatureProblem = { readonly problem: SignatureProblemCode; readonly message: string }

export function problem(code: SignatureProblemCode, message: string): SignatureProblem {
  return { problem: code, message }
}

export function isProblem(value: object): value is SignatureProblem {
  return 'problem' in value
}
