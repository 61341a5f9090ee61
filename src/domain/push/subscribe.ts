import { ECDH } from 'node:crypto'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { checkUrl } from '../../lib/safe-fetch/check-url.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import {
  replacePushSubscription,
  type PushPolicy,
  type PushSubscription,
} from '../../store/push-subscriptions.ts'

const maxEndpointLength = 2048

export type PushRequest = {
  readonly tokenId: string
  readonly accountId: string
  /** The token itself, as the app holds it. */
  readonly bearer: string
  readonly endpoint: string
  /** Of the app, in base64 or base64url: a point of P-256 of 65 bytes, and 16 random bytes. */
  readonly keys: { readonly p256dh: string; readonly auth: string }
  /** Whether the app reads what RFC 8291 says, and not only the draft before it. */
  readonly standard: boolean
  readonly alerts: readonly string[]
  readonly policy: PushPolicy
}

/**
 * An app wants to be told of notifications, in place of what it wanted before with this token.
 * @throws DomainError `invalid` for an address that is not requested, or keys that are none
 */
export async function subscribeToPush(ctx: Context, asked: PushRequest): Promise<PushSubscription> {
  const { tokenId, accountId, bearer, endpoint, standard, alerts, policy } = asked
  checkEndpoint(ctx, endpoint)
  const at = ctx.now()
  return replacePushSubscription(ctx.db, {
    ...{ tokenId, accountId, endpoint, standard, policy, alerts: [...alerts] },
    p256dh: readPoint(asked.keys.p256dh),
    auth: readAuth(asked.keys.auth),
    sealedToken: ctx.keyring.wrap(sealOf(tokenId), Buffer.from(bearer)),
    ...{ createdAt: at, updatedAt: at },
  })
}

/** The token by which an app tells whose message it got. */
export function bearerOf(
  { keyring }: Pick<Context, 'keyring'>,
  { tokenId, sealedToken }: Pick<PushSubscription, 'tokenId' | 'sealedToken'>,
): string {
  return keyring.unwrap(sealOf(tokenId), sealedToken).toString()
}

const sealOf = (tokenId: string) => `push-token:${tokenId}`

const invalid = (what: string) => new DomainError('invalid', `Validation failed: ${what}`)

/** What its name means is judged whenever something is sent there. */
function checkEndpoint({ config }: Pick<Context, 'config'>, endpoint: string): void {
  if (endpoint.length > maxEndpointLength) throw invalid('Endpoint is too long')
  const { allowPrivateAddress } = config
  try {
    const url = checkUrl(endpoint, { allowPrivateAddress, proxied: false, extraPorts: [] })
    if (url.protocol !== 'https:' && !allowPrivateAddress) throw invalid('Endpoint must be https')
  } catch (error) {
    if (error instanceof FetchError) throw invalid('Endpoint is not a public https address')
    throw error
  }
}

/** Node checks that the point is on the curve. */
function readPoint(text: string): Buffer {
  const point = decode(text)
  try {
    if (point?.length === 65 && point[0] === 4) {
      ECDH.convertKey(point, 'prime256v1')
      return point
    }
  } catch {
    // It is not.
  }
  throw invalid('P256dh is not a public key')
}

function readAuth(text: string): Buffer {
  const auth = decode(text)
  if (auth?.length !== 16) throw invalid('Auth is not a secret of 16 bytes')
  return auth
}

/** Node reads both alphabets alike, and passes over what is in neither. */
function decode(text: string): Buffer | undefined {
  return /^[\w+/-]{1,100}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}
