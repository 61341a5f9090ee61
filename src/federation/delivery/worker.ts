import { randomUUID } from 'node:crypto'
import type { Context } from '../../context.ts'
import { firstIdAt } from '../../lib/ids.ts'
import { messageOf } from '../../lib/errors.ts'
import { expireDeliveries, listDueDeliveries, type Delivery } from '../../store/deliveries.ts'
import { claimLanes, renewLeases, wakeForgottenLanes, type Lane } from '../../store/delivery-lanes.ts'
import { patience } from './backoff.ts'
import { createPayloads } from './payloads.ts'
import { probeHost } from './probe-host.ts'
import { runLane, type LaneOutcome } from './run-lane.ts'
import { settleLanes } from './settle.ts'
import { createSigners, type Signers } from './signers.ts'

export type DeliveryLimits = {
  /** Hosts that work, served at the same time. */
  readonly healthyLanes: number
  /** Hosts that failed last time, tried at the same time, apart from the others. */
  readonly failingLanes: number
  readonly perLane: number
  readonly leaseSeconds: number
  /** How long to sleep when nothing is due and nobody calls. */
  readonly idleMs: number
}

const defaults: DeliveryLimits = {
  healthyLanes: 96,
  failingLanes: 32,
  perLane: 50,
  leaseSeconds: 60,
  idleMs: 2000,
}

/**
 * Sends what the ledger holds. Leases hosts, not deliveries: whoever has the lease is the only one who talks to that
 * host, so that the limits per host hold for any number of processes; a process that dies loses its leases after a
 * minute and nothing else, since a delivery is pending until its outcome is written.
 */
export class DeliveryWorker {
  readonly #ctx: Context
  readonly #limits: DeliveryLimits
  readonly #owner = randomUUID()
  readonly #stop = new AbortController()
  readonly #running = new Map<number, { failing: boolean }>()
  readonly #settled: LaneOutcome[] = []
  readonly #signers: Signers
  readonly #payloads: ReturnType<typeof createPayloads>
  #wake: (() => void) | undefined
  #woken = false
  #loop: Promise<unknown> = Promise.resolve()

  constructor(ctx: Context, limits: Partial<DeliveryLimits> = {}) {
    this.#ctx = ctx
    this.#limits = { ...defaults, ...limits }
    this.#signers = createSigners(ctx)
    this.#payloads = createPayloads(ctx.db)
  }

  start(): void {
    const upkeepMs = (this.#limits.leaseSeconds * 1000) / 4
    this.#loop = Promise.all([this.#pump(), this.#keepUp(upkeepMs), this.#sweep()])
  }

  /** Something new is due. */
  wake(): void {
    this.#woken = true
    this.#wake?.()
  }

  /** Lets requests under way end, writes down their outcome and gives all lanes back. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#wake?.()
    await this.#loop
  }

  async #pump(): Promise<void> {
    while (!this.#stop.signal.aborted || this.#running.size > 0 || this.#settled.length > 0) {
      this.#woken = false
      try {
        await this.#settle()
        if (!this.#stop.signal.aborted && (await this.#takeWork())) continue
      } catch (error) {
        this.#ctx.log.error({ err: error }, 'The delivery ledger does not answer; trying again')
        await this.#sleep(1000)
      }
      if (!this.#woken) await this.#sleep(this.#limits.idleMs)
    }
  }

  /** @returns whether there was any */
  async #takeWork(): Promise<boolean> {
    const lanes = [...(await this.#claim(false)), ...(await this.#claim(true))]
    if (lanes.length === 0) return false
    const ids = lanes.map((lane) => lane.hostId)
    const due = Map.groupBy(
      await listDueDeliveries(this.#ctx.db, ids, this.#limits.perLane),
      (row) => row.hostId,
    )
    for (const lane of lanes) void this.#serve(lane, due.get(lane.hostId) ?? [])
    return true
  }

  async #claim(failing: boolean): Promise<Lane[]> {
    const { healthyLanes, failingLanes, leaseSeconds } = this.#limits
    const busy = [...this.#running.values()].filter((lane) => lane.failing === failing).length
    const limit = (failing ? failingLanes : healthyLanes) - busy
    if (limit <= 0) return []
    return claimLanes(this.#ctx.db, { owner: this.#owner, failing, limit, leaseSeconds })
  }

  async #serve(lane: Lane, deliveries: readonly Delivery[]): Promise<void> {
    this.#running.set(lane.hostId, { failing: lane.failures > 0 })
    const outcome = await this.#run(lane, deliveries)
    this.#settled.push(outcome)
    this.#running.delete(lane.hostId)
    this.wake()
  }

  async #run(lane: Lane, deliveries: readonly Delivery[]): Promise<LaneOutcome> {
    const nothing = { lane, attempts: [], gone: [], error: null }
    try {
      if (deliveries.length === 0) {
        const host = lane.failures > 0 ? await probeHost(this.#ctx, lane) : undefined
        return { ...nothing, host }
      }
      const parts = {
        ctx: this.#ctx,
        signers: this.#signers,
        payloads: this.#payloads,
        signal: this.#stop.signal,
      }
      return await runLane(parts, lane, deliveries)
    } catch (error) {
      this.#ctx.log.error({ err: error, host: lane.host }, 'A delivery lane failed')
      return { ...nothing, host: { busySeconds: 30 }, error: messageOf(error) }
    }
  }

  async #settle(): Promise<void> {
    if (this.#settled.length === 0) return
    const outcomes = [...this.#settled]
    await settleLanes(this.#ctx, this.#owner, outcomes)
    this.#settled.splice(0, outcomes.length)
  }

  async #keepUp(everyMs: number): Promise<void> {
    await this.#every(everyMs, () => renewLeases(this.#ctx.db, this.#owner, this.#limits.leaseSeconds))
  }

  async #sweep(): Promise<void> {
    await this.#every(60_000, async () => {
      const oldest = new Date(this.#ctx.now().getTime() - patience.deliveryDays * 24 * 3600_000)
      await expireDeliveries(this.#ctx.db, firstIdAt(oldest))
      await wakeForgottenLanes(this.#ctx.db)
    })
  }

  async #every(milliseconds: number, act: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await act().catch((error: unknown) => this.#ctx.log.warn({ err: error }, 'Upkeep of deliveries failed'))
      await pause(milliseconds, signal)
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
