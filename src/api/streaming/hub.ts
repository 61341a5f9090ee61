import type { Context } from '../../context.ts'
import { readEvents, type StreamEvent } from '../../store/stream-events.ts'
import { listActingTokens } from '../../store/tokens.ts'
import type { Connection, Listening } from './connection.ts'
import { deliverGone } from './deliver-gone.ts'
import { deliverPersonal } from './deliver-personal.ts'
import { deliverStatuses } from './deliver-statuses.ts'

/** Open connections at most: in all, and of one token, one member and one network (as `clientNetwork` tells them). */
const most = { all: 10_000, token: 32, account: 64, network: 1000 } as const

/** Events that are looked up together. */
const batchSize = 32
/** Events that may wait: what apps miss they find in the timelines. */
const maxQueued = 5000

/** Everybody who listens to this process, and what they are to be told. */
export class StreamHub {
  readonly #ctx: Context
  readonly #connections = new Set<Connection>()
  readonly #counts = new Map<string, number>()
  readonly #byAccount = new Map<string, Set<Connection>>()
  #queue: StreamEvent[] = []
  #running: Promise<void> | undefined

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  get size(): number {
    return this.#connections.size
  }

  /** How many streams all of them listen to. */
  get subscriptions(): number {
    return this.#listening().length
  }

  /** How many streams the connections of one member listen to. */
  countSubscriptions(accountId: string): number {
    let count = 0
    for (const { subscriptions } of this.#byAccount.get(accountId) ?? []) count += subscriptions.size
    return count
  }

  /** Whether there is room for one more of these. */
  hasRoom(who: Pick<Connection, 'token' | 'viewer' | 'network'>): boolean {
    const { token, network } = keysOf(who)
    const count = (key: string) => this.#counts.get(key) ?? 0
    const ofAccount = this.#byAccount.get(who.viewer.id)?.size ?? 0
    const isCrowded = count(token) >= most.token || ofAccount >= most.account
    return !isCrowded && count(network) < most.network && this.#connections.size < most.all
  }

  add(connection: Connection): void {
    this.#connections.add(connection)
    const ofAccount = this.#byAccount.get(connection.viewer.id) ?? new Set()
    this.#byAccount.set(connection.viewer.id, ofAccount.add(connection))
    for (const key of Object.values(keysOf(connection)))
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  remove(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    const ofAccount = this.#byAccount.get(connection.viewer.id)
    ofAccount?.delete(connection)
    if (ofAccount?.size === 0) this.#byAccount.delete(connection.viewer.id)
    for (const key of Object.values(keysOf(connection))) {
      const left = (this.#counts.get(key) ?? 1) - 1
      if (left === 0) this.#counts.delete(key)
      else this.#counts.set(key, left)
    }
  }

  /** @param payload of a notification on `streamChannel`: when nobody listens it costs nothing */
  receive(payload: string | undefined): void {
    if (payload === undefined || this.#connections.size === 0) return
    this.#queue.push(...readEvents(payload))
    if (this.#queue.length > maxQueued) {
      this.#ctx.log.warn('Streams tell more than can be kept up with: some of it is left out')
      this.#queue = this.#queue.slice(-maxQueued)
    }
    this.#running ??= this.#run().finally(() => (this.#running = undefined))
  }

  /** @param tokenId of a token that was revoked, or undefined when some may have been missed */
  async forget(tokenId: string | undefined): Promise<void> {
    if (tokenId === undefined) return this.checkTokens()
    for (const connection of this.#connections)
      if (connection.token.id === tokenId) connection.close(1008, 'The token was revoked')
  }

  /** Closes what belongs to tokens that do not hold any more, to members who may not act, or to other scopes. */
  async checkTokens(): Promise<void> {
    if (this.#connections.size === 0) return
    const ids = [...new Set([...this.#connections].map(({ token }) => token.id))]
    const held = await listActingTokens(this.#ctx.db, ids)
    for (const connection of this.#connections) {
      if (!ids.includes(connection.token.id)) continue
      const scopes = held.get(connection.token.id)
      const isSame = scopes !== undefined && connection.token.scopes.every((scope) => scopes.includes(scope))
      if (!isSame) connection.close(1008, 'The token was revoked')
    }
  }

  ping(): void {
    for (const connection of this.#connections) connection.ping()
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#connections) connection.close(code, reason)
  }

  /** Waits until all that was received has been told. */
  async settle(): Promise<void> {
    await this.#running
  }

  /** One batch after the other; within one, statuses before notifications of them, and what is gone last. */
  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, batchSize)
      const listening = this.#listening()
      for (const deliver of [deliverStatuses, deliverPersonal, deliverGone])
        await deliver(this.#ctx, listening, batch).catch((error: unknown) =>
          this.#ctx.log.error({ err: error }, 'Streams could not be told of something'),
        )
    }
  }

  #listening(): Listening[] {
    return [...this.#connections].flatMap((connection) =>
      [...connection.subscriptions].map(([key, subscription]) => ({ connection, subscription, key })),
    )
  }
}

function keysOf({ token, network }: Pick<Connection, 'token' | 'network'>) {
  return { token: `token ${token.id}`, network: `network ${network}` }
}
