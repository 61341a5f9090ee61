import { errors } from 'undici'
import { messageOf } from '../errors.ts'

export type FetchErrorKind =
  | 'blocked-address'
  | 'blocked-url'
  | 'timeout'
  | 'too-large'
  | 'redirect'
  | 'network'
  | 'tls'
  | 'decode'
  | 'aborted'

/** What may pass with time: a certificate is renewed, a host comes back. An `aborted` request was our own doing. */
const PASSING: ReadonlySet<FetchErrorKind> = new Set(['timeout', 'network', 'tls', 'aborted'])

/** The codes of OpenSSL's certificate verification that carry no common prefix. */
const CERTIFICATE_CODES =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_|SELF_SIGNED_|UNABLE_TO_)/

/** A request that brought no usable answer. `message` names hosts and addresses only: an admin may read it. */
export class FetchError extends Error {
  override readonly name = 'FetchError'
  readonly kind: FetchErrorKind
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** The status of the answer, where one had begun before the request was given up. */
  readonly status: number | undefined

  constructor(
    kind: FetchErrorKind,
    message: string,
    options: { cause?: unknown; status?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.retryable = PASSING.has(kind)
    this.status = options.status
  }
}

/** Puts whatever a socket, TLS or undici threw into our words. */
export function toFetchError(error: unknown, host: string): FetchError {
  if (error instanceof FetchError) return error
  const kind = kindOf(error)
  return new FetchError(kind, `${host}: ${describe(error)}`, { cause: error })
}

function kindOf(error: unknown): FetchErrorKind {
  const code = codeOf(error)
  if (error instanceof errors.ConnectTimeoutError || code === 'ETIMEDOUT') return 'timeout'
  if (error instanceof errors.HeadersOverflowError) return 'too-large'
  if (error instanceof errors.InvalidArgumentError) return 'blocked-url'
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError)
    return 'aborted'
  if (code === 'EPROTO' || CERTIFICATE_CODES.test(code)) return 'tls'
  return 'network'
}

function describe(error: unknown): string {
  const code = codeOf(error)
  const message = messageOf(error) || 'connection failed'
  return code === '' || message.includes(code) ? message : `${message} (${code})`
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}
