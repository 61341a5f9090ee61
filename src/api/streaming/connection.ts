import type { Actor } from '../../store/actors.ts'
import type { Token } from '../route.ts'
import type { Subscription } from './streams.ts'

/** What a stream tells; `filters_changed` and `notifications_merged` tell nothing more than that. */
export type Message = { readonly event: string; readonly payload?: string | undefined }

/** Somebody who listens, by WebSocket or by Server-Sent Events. */
export type Connection = {
  readonly token: Pick<Token, 'id' | 'scopes'>
  readonly viewer: Actor
  /** Where it comes from, as limits count. */
  readonly network: string
  /** By `keyOf`. */
  readonly subscriptions: ReadonlyMap<string, Subscription>
  /** Never throws. Whoever does not read what they are sent is disconnected. */
  send(subscription: Subscription, message: Message): void
  /** @param code of WebSocket: 1001 when we stop, 1008 when they may not listen any more */
  close(code: number, reason: string): void
  /** Asks whether anybody is there, and gives up those who did not answer the last time. */
  ping(): void
}

/** Bytes that may wait for a reader. */
export const maxWaiting = 1024 * 1024

/** Streams that one connection may listen to. */
export const maxSubscriptions = 100

/** Streams that all connections of one member may listen to. */
export const maxSubscriptionsOfMember = 400

/** A connection's interest in one stream. @property key as `keyOf` gives it */
export type Listening = {
  readonly connection: Connection
  readonly subscription: Subscription
  readonly key: string
}
