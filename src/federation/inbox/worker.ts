import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { createBatches, type Batches } from '../../lib/batches.ts'
import { messageOf } from '../../lib/errors.ts'
import { claimInboxMessages, postponeInboxMessage, type InboxMessage } from '../../store/inbox.ts'
import { noteContact } from '../../store/hosts.ts'
import { backoff } from '../delivery/backoff.ts'
import type { Loaders } from '../vocab/read-canonical.ts'
import { createContacts, type Contacts } from './contacts.ts'
import { applyMessages, prepareMessage, UnreadableMessage, type PreparedMessage } from './process-message.ts'

const claimSize = 256
/** Actors whose messages are in hand at the same time: most wait for the others of their transaction. */
const concurrency = 64
/** Messages in one transaction, and transactions at the same time. */
const batches = { maxSize: 64, parallel: 1 }
const leaseSeconds = 60
/** An actor whose message takes longer, because others do not answer, is waited for by nobody else. */
const slowMs = 3000
const maxSlow = 200
const idleMs = 2000
/** A message that fails so often is kept for an admin, and tried no more. */
const poisonAttempts = 8

/**
 * Acts on what the gate let in. Leases messages for a minute; a process that dies leaves them to the others, and
 * what it had finished is marked as seen.
 */
export class InboxWorker {
  readonly #ctx: Context
  readonly #loaders: Loaders
  readonly #contacts: Contacts
  readonly #applied: Batches<PreparedMessage>
  /** Actors with a message that takes its time, which goes on meanwhile. */
  readonly #slow = new Map<string, Promise<void>>()
  #stopping = false
  #woken = false
  #wake: (() => void) | undefined
  #loop: Promise<void> = Promise.resolve()

  constructor(ctx: Context, loaders: Loaders) {
    this.#ctx = ctx
    this.#loaders = loaders
    this.#contacts = createContacts((host) => noteContact(ctx.db, host, ctx.now()))
    this.#applied = createBatches((prepared) => applyMessages(ctx, prepared), batches)
  }

  start(): void {
    this.#loop = this.#run()
  }

  wake(): void {
    this.#woken = true
    this.#wake?.()
  }

  /** Finishes the messages in hand; those that take too long are left to be claimed again. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#loop
    await isDoneWithin(Promise.all(this.#slow.values()), slowMs)
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false
      try {
        const messages = await claimInboxMessages(this.#ctx.db, claimSize, leaseSeconds)
        await this.#processAll(messages)
        if (messages.length > 0) continue
      } catch (error) {
        this.#ctx.log.error({ err: error }, 'The inbox queue does not answer; trying again')
      }
      if (!this.#woken && !this.#stopping) await this.#sleep()
    }
  }

  /**
   * What one actor sent is taken in the order in which it came, each message when the one before is committed;
   * different actors side by side, and those who are ready at the same time in one transaction.
   */
  async #processAll(messages: readonly InboxMessage[]): Promise<void> {
    const queues = [...Map.groupBy(messages, (message) => message.actorUri).values()]
    const runNext = async (): Promise<void> => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        await this.#serve(queue)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, runNext))
  }

  /**
   * The messages of one actor. When one of them takes too long, those after it are left alone: they come again when
   * their lease has run out, and nobody else waits for them.
   */
  async #serve(queue: readonly InboxMessage[]): Promise<void> {
    for (const message of queue) {
      if (this.#slow.has(message.actorUri)) return
      const processing = this.#process(message)
      const isQuick = await isDoneWithin(processing, slowMs)
      if (!isQuick) return this.#leave(message.actorUri, processing)
    }
  }

  async #leave(actorUri: string, processing: Promise<void>): Promise<void> {
    if (this.#slow.size >= maxSlow) return processing
    this.#slow.set(actorUri, processing)
    void processing.finally(() => this.#slow.delete(actorUri))
  }

  /** Never throws: a message that cannot even be put back comes again when its lease has run out. */
  async #process(message: InboxMessage): Promise<void> {
    try {
      await this.#applied.add(await prepareMessage(this.#ctx, this.#loaders, message))
      if (!message.carried) await this.#contacts.note(new URL(message.actorUri).host)
    } catch (error) {
      await this.#postpone(message, error).catch((failure: unknown) =>
        this.#ctx.log.error({ err: failure, id: message.id }, 'A message could not be put back'),
      )
    }
  }

  async #postpone(message: InboxMessage, cause: unknown): Promise<void> {
    const attempts = message.attempts + 1
    const dead = cause instanceof UnreadableMessage || attempts >= poisonAttempts
    const error = messageOf(cause).slice(0, 500)
    this.#ctx.log.warn(
      { id: message.id, actor: message.actorUri, attempts, dead, reason: error },
      'An activity failed',
    )
    await postponeInboxMessage(this.#ctx.db, message.id, { error, retrySeconds: backoff(attempts), dead })
  }

  async #sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}

async function isDoneWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const enough = new AbortController()
  const late = delay(milliseconds, false, { signal: enough.signal }).catch(() => false)
  const isDone = await Promise.race([work.then(() => true), late])
  enough.abort()
  return isDone
}
