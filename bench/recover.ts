import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../src/context.ts'
import { describeRecovery } from '../src/domain/recovery/describe-recovery.ts'
import { scheduleTurn } from '../src/domain/recovery/schedule-turn.ts'
import { transact } from '../src/db/transact.ts'
import type { Actor } from '../src/store/actors.ts'
import type { DeliveryFloorSettings } from './programs/delivery-floor.ts'
import { openCluster } from './support/cluster.ts'
import { createToldRecovery, type ToldRecovery } from '../test/support/told-recovery.ts'
import { readPeakMemory } from './support/memory.ts'
import type { BenchOptions } from './support/options.ts'
import { startProgram, type Program } from './support/program.ts'
import { summarise, type Measurement } from './support/report.ts'
import { createWorld } from './support/world.ts'
import { createMember } from '../test/support/people.ts'

export type RecoverSizes = { readonly followers: number; readonly hosts: number; readonly paced: Paced }

/** Followers with no shared inbox: so many on each of so many hosts. */
type Paced = { readonly followers: number; readonly hosts: number }

export const recoverSizes: RecoverSizes = {
  followers: 10_000,
  hosts: 1000,
  paced: { followers: 2000, hosts: 1000 },
}

/** Between two messages to one host, by which recoveries keep their distance. */
const spacingSeconds = 2
const perHost = 4
const concurrency = 384
/** A recovery of another account comes before, so that servers, code and database are warm. */
const warmUpShare = 0.2

/**
 * How long it takes until all who followed an account elsewhere are told where it lives now, with the former key: from
 * when the telling may begin until the recovery's ledger says so of each. By shared inboxes, which is one POST for each
 * host, and by inboxes of their own, where most of the time is the distance that messages to one host keep.
 */
export async function benchRecover(sizes: RecoverSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++) {
    await using receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
    const origins = await receivers.ask<string[]>('start', sizes.hosts)
    await using world = await createWorld(cluster, options.profile)
    await using server = await world.serve()
    const { ctx } = world
    const { followers: count, paced } = sizes
    await tell(ctx, receivers, await prepare(ctx, 'warm', origins, count * warmUpShare, true))
    const shared = await tell(ctx, receivers, await prepare(ctx, 'shared', origins, count, true))
    const own = await prepare(ctx, 'own', origins.slice(0, paced.hosts), paced.followers, false)
    const alone = await tell(ctx, receivers, own)
    const least = await measureFloor(shared.inboxes)
    const pauses = (Math.ceil(paced.followers / paced.hosts) - 1) * spacingSeconds
    const memory = await readPeakMemory(server.pid)
    rounds.push([
      { figure: 'told, shared inboxes', value: shared.seconds, unit: 's', floor: least.seconds },
      { figure: 'told, own inboxes', value: alone.seconds, unit: 's', floor: pauses },
      ...(memory === undefined || least.memory === undefined
        ? []
        : [{ figure: 'peak memory', value: memory, unit: 'MiB', floor: least.memory }]),
    ])
  }
  summarise('recover', rounds).forEach(options.print)
}

type Prepared = { readonly account: Actor; readonly comeback: ToldRecovery; readonly followers: number }

/** Followers go round the hosts. */
async function prepare(
  ctx: Context,
  name: string,
  origins: readonly string[],
  followers: number,
  isShared: boolean,
): Promise<Prepared> {
  const account = await createMember(ctx, name)
  const people = Array.from({ length: followers }, (_, i) => ({
    origin: origins[i % origins.length]!,
    name: `${name}${i}`,
  }))
  return { account, followers, comeback: await createToldRecovery(ctx, account, people, isShared) }
}

type Told = { readonly seconds: number; readonly inboxes: readonly string[] }

async function tell(
  ctx: Context,
  receivers: Program,
  { account, comeback, followers }: Prepared,
): Promise<Told> {
  const { id, inboxes } = comeback
  const before = await receivers.ask<number>('countReceived')
  const startedAt = performance.now()
  await transact(ctx, (tx) => scheduleTurn(tx, id, tx.now()))
  const deadline = performance.now() + patienceMs
  for (;;) {
    const received = (await receivers.ask<number>('countReceived')) - before
    const view = received < inboxes.length ? undefined : await describeRecovery(ctx, account, id)
    if (view?.followers.told === followers) break
    if (performance.now() > deadline) throw new Error(`Only ${received} of ${inboxes.length} were received`)
    await delay(lookAgainMs)
  }
  return { seconds: (performance.now() - startedAt) / 1000, inboxes }
}

const lookAgainMs = 20
const patienceMs = 180_000

async function measureFloor(inboxes: readonly string[]) {
  await using program = startProgram(new URL('./programs/delivery-floor.ts', import.meta.url))
  const settings: DeliveryFloorSettings = {
    body: JSON.stringify({ content: 'x'.repeat(1500) }),
    inboxes,
    perHost,
    concurrency,
  }
  await program.ask('deliver', { ...settings, inboxes: inboxes.slice(0, inboxes.length * warmUpShare) })
  const seconds = await program.ask<number>('deliver', settings)
  return { seconds, memory: await readPeakMemory(program.pid) }
}
