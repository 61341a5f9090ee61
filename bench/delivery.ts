import { setTimeout as delay } from 'node:timers/promises'
import { createPost } from '../src/domain/statuses/create-post.ts'
import type { DeliveryFloorSettings } from './programs/delivery-floor.ts'
import { measurePlanning, type PlanningSizes } from './planning.ts'
import { openCluster, type Cluster } from './support/cluster.ts'
import { createFollowedAccount } from './support/followers.ts'
import { readPeakMemory } from './support/memory.ts'
import type { BenchOptions } from './support/options.ts'
import { showProgress } from './support/progress.ts'
import { startProgram, type Program } from './support/program.ts'
import { summarise, type Measurement } from './support/report.ts'
import { createWorld, type World } from './support/world.ts'

export type DeliverySizes = {
  readonly manyHosts: Audience
  readonly fewHosts: Audience
  /** For stock Fedify, which takes longer. */
  readonly fedify: Audience
  readonly planning: PlanningSizes
}

type Audience = { readonly recipients: number; readonly hosts: number }

export const deliverySizes: DeliverySizes = {
  manyHosts: { recipients: 6000, hosts: 200 },
  fewHosts: { recipients: 6000, hosts: 10 },
  fedify: { recipients: 1500, hosts: 200 },
  planning: { recipients: 100_000 },
}

/** Requests that our server has under way to one host, and at most over all hosts. */
const perHost = 4
const concurrency = 384
/** Every server and every code path has been warm for a while in real life: a post to so many comes before. */
const warmUpShare = 0.2

/**
 * How fast one post reaches its recipients, each with an inbox of its own: from the moment when the post is stored
 * until the ledger says of all of them that they have it. And how soon a post to 100,000 is planned.
 */
export async function benchDelivery(sizes: DeliverySizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++) {
    rounds.push([
      ...(await measureAudience('many hosts', cluster, sizes.manyHosts, options)),
      ...(await measureAudience('few hosts', cluster, sizes.fewHosts, options)),
      ...(await measureFedify(sizes.fedify)),
      ...(await measurePlanning(cluster, sizes.planning, options)),
    ])
  }
  summarise('delivery', rounds).forEach(options.print)
}

async function measureAudience(
  name: string,
  cluster: Cluster,
  audience: Audience,
  options: BenchOptions,
): Promise<Measurement[]> {
  await using receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
  const inboxes = await openInboxes(receivers, audience)
  const floor = await measureFloor(inboxes, audience)
  await using world = await createWorld(cluster, options.profile)
  const ours = await measureOurs(world, receivers, inboxes)
  return compare('', `, ${name}`, ours, floor)
}

type Delivered = { readonly rate: number; readonly memory: number | undefined }

function compare(prefix: string, suffix: string, side: Delivered, floor: Delivered): Measurement[] {
  const figure = `${prefix}delivered${suffix}`
  const rate: Measurement = { figure, value: side.rate, unit: 'deliveries/s', floor: floor.rate }
  if (side.memory === undefined || floor.memory === undefined) return [rate]
  const memory = { value: side.memory, unit: 'MiB', floor: floor.memory }
  return [rate, { figure: `${prefix}peak memory${suffix}`, ...memory }]
}

/** Recipients go round the hosts, so that neighbours in the list are of different hosts. */
async function openInboxes(receivers: Program, { recipients, hosts }: Audience): Promise<string[]> {
  const origins = await receivers.ask<string[]>('start', hosts)
  return Array.from({ length: recipients }, (_, i) => `${origins[i % hosts]}/users/person${i}/inbox`)
}

async function measureFloor(inboxes: readonly string[], { hosts }: Audience): Promise<Delivered> {
  await using program = startProgram(new URL('./programs/delivery-floor.ts', import.meta.url))
  const body = JSON.stringify({ content: 'x'.repeat(1500) })
  const inParallel = Math.min(concurrency, hosts * perHost)
  const settings: DeliveryFloorSettings = { body, inboxes, perHost, concurrency: inParallel }
  await program.ask('deliver', { ...settings, inboxes: inboxes.slice(0, inboxes.length * warmUpShare) })
  const seconds = await program.ask<number>('deliver', settings)
  return { rate: inboxes.length / seconds, memory: await readPeakMemory(program.pid) }
}

async function measureOurs(world: World, receivers: Program, inboxes: readonly string[]): Promise<Delivered> {
  const author = await createFollowedAccount(world.ctx, inboxes)
  await using server = await world.serve()
  const post = async (): Promise<number> => {
    const before = await receivers.ask<number>('countReceived')
    const post = { text: `Hello, everybody! ${'lorem ipsum '.repeat(20)}`, visibility: 'public' } as const
    await createPost(world.ctx, author, post)
    const startedAt = performance.now()
    await untilReceived('delivery', receivers, before + inboxes.length)
    await untilSettled(world)
    return (performance.now() - startedAt) / 1000
  }
  await post()
  const seconds = await post()
  return { rate: inboxes.length / seconds, memory: await readPeakMemory(server.pid) }
}

async function measureFedify(audience: Audience): Promise<Measurement[]> {
  await using receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
  const inboxes = await openInboxes(receivers, audience)
  const floor = await measureFloor(inboxes, audience)
  await using program = startProgram(new URL('./programs/delivery-fedify.ts', import.meta.url))
  const warmUp = inboxes.slice(0, inboxes.length * warmUpShare)
  const before = await receivers.ask<number>('countReceived')
  await program.ask('send', { inboxes: warmUp })
  await untilReceived('fedify, warming up', receivers, before + warmUp.length)
  const startedAt = performance.now()
  await program.ask('send', { inboxes })
  await untilReceived('fedify', receivers, before + warmUp.length + inboxes.length)
  const seconds = (performance.now() - startedAt) / 1000
  const memory = await readPeakMemory(program.pid)
  return compare('fedify ', '', { rate: inboxes.length / seconds, memory }, floor)
}

const lookAgainMs = 20
const patienceMs = 120_000

async function untilReceived(label: string, receivers: Program, expected: number): Promise<void> {
  const progress = showProgress(label, expected)
  const deadline = performance.now() + patienceMs
  for (;;) {
    const received = await receivers.ask<number>('countReceived')
    progress.advance(received)
    if (received >= expected) return progress.end()
    if (performance.now() > deadline) throw new Error(`Only ${received} of ${expected} were received`)
    await delay(lookAgainMs)
  }
}

/** Until nothing is under way any more. @throws Error when something ended otherwise than delivered */
async function untilSettled({ ctx: { db } }: World): Promise<void> {
  for (;;) {
    const query = db.selectFrom('deliveries').select('state').where('state', '!=', 'delivered').limit(1)
    const row = await query.executeTakeFirst()
    if (row === undefined) return
    if (row.state !== 'pending') throw new Error(`A delivery is ${row.state}`)
    await delay(lookAgainMs)
  }
}
