import type { Context } from '../src/context.ts'
import { listStatuses } from '../src/store/statuses.ts'
import { createCrowd, crowdCalls } from '../test/support/crowd-calls.ts'
import type { CrowdSizes } from '../test/support/crowd.ts'
import { openCluster } from './support/cluster.ts'
import type { BenchOptions } from './support/options.ts'
import { summarise, type Measurement } from './support/report.ts'
import { percentile } from './support/statistics.ts'
import { createWorld } from './support/world.ts'

export type TimelineSizes = CrowdSizes & { readonly reads: number }

export const timelineSizes: TimelineSizes = {
  people: 100_000,
  statuses: 1_000_000,
  follows: 10_000,
  reads: 200,
}

/**
 * How long a page of each timeline takes, with all that is presented to an app, beside the rows of what it shows by
 * their primary key.
 */
export async function benchTimeline(sizes: TimelineSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  await using world = await createWorld(cluster)
  const readers = await createCrowd(world.ctx, sizes)
  const calls = crowdCalls(world.ctx, sizes, readers)
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await measureRound(world.ctx, calls, sizes.reads))
  summarise('timeline', rounds).forEach(options.print)
}

async function measureRound(
  { db }: Context,
  calls: Readonly<Record<string, () => Promise<unknown>>>,
  reads: number,
): Promise<Measurement[]> {
  const figures: Measurement[] = []
  for (const [name, readPage] of Object.entries(calls)) {
    const ids = statusIdsIn(await readPage())
    const floor = await time(reads, () => listStatuses(db, ids))
    const taken = await time(reads, readPage)
    for (const [part, at] of [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const) {
      const [value, least] = [percentile(taken, at), percentile(floor, at)]
      figures.push({ figure: `${name}, ${part}`, value, unit: 'ms', ...(ids.length > 0 && { floor: least }) })
    }
  }
  return figures
}

/** Of all the statuses that an answer shows, whatever its shape. */
function statusIdsIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return []
  const inside = Object.values(body).flatMap(statusIdsIn)
  return 'id' in body && 'visibility' in body ? [...new Set([String(body.id), ...inside])] : inside
}

async function time(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < times; at++) {
    const startedAt = performance.now()
    await work()
    taken.push(performance.now() - startedAt)
  }
  return taken
}
