import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { messageOf } from '../../lib/errors.ts'
import {
  expireDeliveries,
  listDueDeliveries,
  refuseDeliveries,
  type Delivery,
} from '../../store/deliveries.ts'
import { wakeForgottenLanes, type Lane } from '../../store/delivery-lanes.ts'
import { findBlockedHosts } from '../../store/hosts.ts'
import { attempt, type AttemptParts } from './attempt.ts'
import { patience } from './backoff.ts'
import { createFollowersDigests } from './followers-digests.ts'
import { Leases } from './leases.ts'
import { createPayloads } from './payloads.ts'
import { probeHost } from './probe-host.ts'
import { runLane, type LaneEnd, type LaneHooks } from './run-lane.ts'
import { settle, type JudgedAttempt } from './settle.ts'
import { createSigners } from './signers.ts'

export type DeliveryLimits = {
  /** Hosts that work, served at the same time. */
  readonly healthyLanes: number
  /** Hosts that failed last time, tried at the same time, apart from the others. */
  readonly failingLanes: number
  /** Deliveries that a lane gets when all places are taken: where few lanes are due, they share the rest. */
  readonly perLane: number
  /** A lane is given back after so long, whatever still waits in it: the others have their turn. */
  readonly turnMs: number
  /** Must be well above `attemptMs`: nothing is sent that might outlast the lease. */
  readonly leaseSeconds: number
  readonly attemptMs: number
  /** How long to sleep when nothing is due and nobody calls. */
  readonly idleMs: number
  /** While there is work: how long outcomes are gathered to be written down together. */
  readonly gatherMs: number
  /** How long requests under way may go on after `stop`. */
  readonly graceMs: number
}

const defaults: DeliveryLimits = {
  healthyLanes: 96,
  failingLanes: 32,
  perLane: 50,
  turnMs: 5000,
  leaseSeconds: 60,
  attemptMs: 15_000,
  idleMs: 2000,
  gatherMs: 50,
  graceMs: 5000,
}

/** How long `stop` waits for a database that does not answer, after the grace for requests. */
const lastWordsMs = 3000

/** A host is let alone for so long when something of our own went wrong while it was served. */
const troubleSeconds = 5

/**
 * Sends what the ledger holds. Leases hosts, not deliveries: whoever has the lease is the only one who talks to that
 * host, so that the limits per host hold for any number of processes; a process that dies loses its leases after a
 * minute and nothing else, since a delivery is pending until its outcome is written.
 */
export class DeliveryWorker {
  readonly #ctx: Context
  readonly #limits: DeliveryLimits
  readonly #leases: Leases
  readonly #stop = new AbortController()
  /** Ends the requests under way. */
  readonly #cut = new AbortController()
  readonly #parts: AttemptParts
  /** What was learnt and is not yet written down. */
  readonly #attempts: JudgedAttempt[] = []
  readonly #ended: LaneEnd[] = []
  #wake = Promise.withResolvers<void>()
  #loop: Promise<unknown> = Promise.resolve()

  constructor(ctx: Context, limits: Partial<DeliveryLimits> = {}) {
    this.#ctx = ctx
    this.#limits = { ...defaults, ...limits }
    this.#leases = new Leases(ctx.db, this.#limits.leaseSeconds)
    this.#parts = {
      ctx,
      signers: createSigners(ctx),
      payloads: createPayloads(ctx.db),
      digests: createFollowersDigests(ctx),
      limits: { timeoutMs: this.#limits.attemptMs, signal: this.#cut.signal },
    }
  }

  start(): void {
    const renewalMs = (this.#limits.leaseSeconds * 1000) / 4
    this.#loop = Promise.all([
      this.#pump(),
      this.#every(renewalMs, () => this.#leases.renew()),
      this.#every(60_000, () => this.#sweep()),
    ])
  }

  /** Something new is due. */
  wake(): void {
    this.#wake.resolve()
  }

  /**
   * Begins nothing more, gives requests under way a moment to end, writes down what became of them and gives all
   * lanes back. Takes 8 s at most: what could not be written by then is sent again when the leases have run out.
   */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.wake()
    const cut = setTimeout(() => this.#cut.abort(), this.#limits.graceMs)
    const done = new AbortController()
    const tooLate = delay(this.#limits.graceMs + lastWordsMs, undefined, { signal: done.signal }).catch(
      () => {},
    )
    await Promise.race([this.#loop, tooLate])
    clearTimeout(cut)
    done.abort()
    this.#leases.forgetAll()
  }

  async #pump(): Promise<void> {
    while (!this.#stop.signal.aborted || this.#leases.size > 0) {
      // Made before the look, so that whoever calls from now on is heard.
      this.#wake = Promise.withResolvers()
      await this.#takeTurn()
      await this.#rest()
    }
  }

  async #takeTurn(): Promise<void> {
    try {
      await this.#settle()
      if (this.#stop.signal.aborted) return
      await this.#takeLanes(false)
      await this.#takeLanes(true)
    } catch (error) {
      this.#ctx.log.error({ err: error }, 'The delivery ledger does not answer; trying again')
      await delay(1000)
    }
  }

  async #rest(): Promise<void> {
    const idle = new AbortController()
    const nap = delay(this.#limits.idleMs, undefined, { signal: idle.signal }).catch(() => {})
    await Promise.race([this.#wake.promise, nap])
    idle.abort()
    if (this.#leases.size > 0) await delay(this.#limits.gatherMs)
  }

  async #settle(): Promise<void> {
    const [attempts, ended] = [[...this.#attempts], [...this.#ended]]
    if (attempts.length + ended.length === 0) return
    await settle(this.#ctx, this.#leases.owner, attempts, ended)
    this.#attempts.splice(0, attempts.length)
    this.#ended.splice(0, ended.length)
    this.#leases.forget(ended.map((end) => end.lane))
  }

  async #takeLanes(failing: boolean): Promise<void> {
    const { db } = this.#ctx
    const places = failing ? this.#limits.failingLanes : this.#limits.healthyLanes
    const lanes = await this.#leases.claim(failing, places)
    if (lanes.length === 0) return
    const perLane = Math.floor((places * this.#limits.perLane) / this.#leases.count(failing))
    try {
      const blocked = await findBlockedHosts(
        db,
        lanes.map((lane) => lane.host),
      )
      const ids = lanes.map((lane) => lane.hostId)
      const due = Map.groupBy(await listDueDeliveries(db, ids, perLane), (row) => row.hostId)
      for (const lane of lanes) {
        void this.#serve(lane, blocked.has(lane.host) ? 'blocked' : (due.get(lane.hostId) ?? []))
      }
    } catch (error) {
      this.#ended.push(...lanes.map((lane) => ({ lane, news: undefined, error: null })))
      throw error
    }
  }

  async #serve(lane: Lane, deliveries: readonly Delivery[] | 'blocked'): Promise<void> {
    const end = await this.#run(lane, deliveries).catch((error: unknown) => {
      this.#ctx.log.error({ err: error, host: lane.host }, 'A delivery lane failed')
      return { lane, news: { busySeconds: troubleSeconds }, error: messageOf(error) }
    })
    this.#ended.push(end)
    this.wake()
  }

  async #run(lane: Lane, deliveries: readonly Delivery[] | 'blocked'): Promise<LaneEnd> {
    if (deliveries === 'blocked') {
      await refuseDeliveries(this.#ctx.db, lane.hostId, 'the domain is blocked')
      return { lane, news: undefined, error: null }
    }
    if (deliveries.length > 0) return runLane(this.#hooksFor(lane), lane, deliveries)
    const news = lane.failures > 0 ? await probeHost(this.#ctx, lane, this.#parts.limits) : undefined
    return { lane, news, error: null }
  }

  #hooksFor(lane: Lane): LaneHooks {
    const turnEnds = performance.now() + this.#limits.turnMs
    const hasTurn = () => !this.#stop.signal.aborted && performance.now() < turnEnds
    let { signatureStyle } = lane
    return {
      attempt: async (delivery) => {
        const outcome = await attempt(this.#parts, { host: lane.host, signatureStyle }, delivery)
        signatureStyle = outcome?.style ?? signatureStyle
        return outcome
      },
      mayBegin: () => hasTurn() && this.#leases.covers(lane, this.#limits.attemptMs),
      report: (delivery, verdict) => {
        this.#attempts.push({ lane, delivery, verdict })
        this.wake()
      },
    }
  }

  async #sweep(): Promise<void> {
    const oldest = new Date(this.#ctx.now().getTime() - patience.deliveryDays * 24 * 3600_000)
    await expireDeliveries(this.#ctx.db, oldest)
    await wakeForgottenLanes(this.#ctx.db)
  }

  async #every(milliseconds: number, act: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await act().catch((error: unknown) => this.#ctx.log.warn({ err: error }, 'Upkeep of deliveries failed'))
      await delay(milliseconds, undefined, { signal }).catch(() => {})
    }
  }
}
