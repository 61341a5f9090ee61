import type { IncomingMessage } from 'node:http'
import type { Context } from '../../context.ts'
import { getList } from '../../domain/lists/keep-list.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import type { Actor } from '../../store/actors.ts'
import { bearerOf, identify } from '../auth.ts'
import { ApiError } from '../errors.ts'
import type { Token } from '../route.ts'
import type { StreamHub } from './hub.ts'
import { readSubscription, type Subscription, type Wanted } from './streams.ts'

/** A member who may listen. */
export type Listener = { readonly token: Token; readonly viewer: Actor; readonly network: string }

export type Admission = {
  /** @throws ApiError 401 or 403 for who may not listen, 429 for too many of the same */
  admit(request: IncomingMessage, input: Wanted, network: string): Promise<Listener>
  /** @throws ApiError unless there is such a stream, for this member and this token */
  subscribe(listener: Listener, wanted: Wanted): Promise<Subscription>
}

/** For those for whom there is no room. */
export function tooManyStreams(): ApiError {
  return new ApiError(429, 'Too many requests')
}

/** Attempts without a token that holds, of one network. */
const failureLimit = { limit: 300, perMs: 5 * 60_000 }

export function createAdmission(ctx: Context, hub: StreamHub): Admission {
  const failures = createRateLimit(failureLimit)
  return {
    async admit(request, input, network) {
      if (!failures.has(network)) throw tooManyStreams()
      const bearer = bearerOf(request, input) ?? offeredToken(request)
      const { token, viewer } = await identify(ctx, bearer).catch((error: unknown) => {
        failures.take(network)
        throw error
      })
      if (token === undefined || viewer === undefined) {
        failures.take(network)
        throw new ApiError(401, token === undefined ? 'Missing access token' : 'Access token is of no member')
      }
      const listener = { token, viewer, network }
      if (!hub.hasRoom(listener)) throw tooManyStreams()
      return listener
    },
    async subscribe({ token, viewer }, wanted) {
      const subscription = readSubscription(wanted, token.scopes)
      if (subscription.listId !== undefined) await requireList(ctx, viewer, subscription.listId)
      return subscription
    },
  }
}

/** Browsers cannot set headers of a WebSocket, but name protocols. */
function offeredToken({ headers }: IncomingMessage): string | undefined {
  const [first] = (headers['sec-websocket-protocol'] ?? '').split(',')
  return first?.trim() === '' ? undefined : first?.trim()
}

async function requireList(ctx: Context, viewer: Actor, listId: string): Promise<void> {
  await getList(ctx, viewer, listId).catch((cause: unknown) => {
    throw cause instanceof Error && 'code' in cause && cause.code === 'not_found'
      ? new ApiError(404, 'Record not found')
      : cause
  })
}
