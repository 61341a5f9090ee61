import { randomUUID } from 'node:crypto'
import type { Db } from '../../context.ts'
import { claimLanes, renewLeases, type Lane } from '../../store/delivery-lanes.ts'

type Held = { readonly failing: boolean; readonly until: number }

/**
 * The hosts that this process may talk to. A lease counts here from before it was asked for, by the monotonic clock,
 * and in the database from after: whoever looks here is never too late.
 */
export class Leases {
  /** Names this process in the database. */
  readonly owner = randomUUID()
  readonly #db: Db
  readonly #seconds: number
  readonly #held = new Map<number, Held>()

  constructor(db: Db, seconds: number) {
    this.#db = db
    this.#seconds = seconds
  }

  get size(): number {
    return this.#held.size
  }

  /** How many hosts of that kind are held. */
  count(failing: boolean): number {
    return [...this.#held.values()].filter((held) => held.failing === failing).length
  }

  /** Takes hosts that are due, healthy or failing ones, until so many of that kind are held. */
  async claim(failing: boolean, most: number): Promise<Lane[]> {
    const limit = most - this.count(failing)
    if (limit <= 0) return []
    const until = this.#untilFromNow()
    const lanes = await claimLanes(this.#db, {
      owner: this.owner,
      failing,
      limit,
      leaseSeconds: this.#seconds,
    })
    for (const lane of lanes) this.#held.set(lane.hostId, { failing, until })
    return lanes
  }

  /** Keeps what is held; what another process took meanwhile is not covered any more. */
  async renew(): Promise<void> {
    const hostIds = [...this.#held.keys()]
    if (hostIds.length === 0) return
    const until = this.#untilFromNow()
    const renewed = new Set(
      await renewLeases(this.#db, { owner: this.owner, hostIds, leaseSeconds: this.#seconds }),
    )
    for (const hostId of hostIds) {
      const held = this.#held.get(hostId)
      if (held !== undefined)
        this.#held.set(hostId, { ...held, until: renewed.has(hostId) ? until : -Infinity })
    }
  }

  /** Whether the host is ours for at least so many milliseconds more. */
  covers({ hostId }: Lane, milliseconds: number): boolean {
    const until = this.#held.get(hostId)?.until ?? -Infinity
    return performance.now() + milliseconds < until
  }

  forget(lanes: readonly Lane[]): void {
    for (const { hostId } of lanes) this.#held.delete(hostId)
  }

  forgetAll(): void {
    this.#held.clear()
  }

  #untilFromNow(): number {
    return performance.now() + this.#seconds * 1000
  }
}
