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

  /** Finishes the messages in hand. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#loop
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
        for (const message of queue) await this.#process(message)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, runNext))
  }

  async #process(message: InboxMessage): Promise<void> {
    try {
      await this.#applied.add(await prepareMessage(this.#ctx, this.#loaders, message))
      await this.#contacts.note(new URL(message.actorUri).host)
    } catch (error) {
      await this.#postpone(message, error)
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
