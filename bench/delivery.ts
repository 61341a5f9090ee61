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
  /** How often in a round the floor and our server take turns. */
  readonly turns: number
  /** For stock Fedify, which takes longer. */
  readonly fedify: Audience
  readonly planning: PlanningSizes
}

type Audience = { readonly recipients: number; readonly hosts: number }

export const deliverySizes: DeliverySizes = {
  manyHosts: { recipients: 6000, hosts: 200 },
  fewHosts: { recipients: 6000, hosts: 10 },
  turns: 3,
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
 * until the ledger says of all of them that they have it. Floor and server take turns, so that whatever else the
 * machine does meets both. And how soon a post to 100,000 is planned.
 */
export async function benchDelivery(sizes: DeliverySizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++) {
    for (const name of ['many hosts', 'few hosts'] as const) {
      rounds.push(...(await measureAudience(name, cluster, sizes, options)))
    }
    rounds.push(await measureFedify(sizes.fedify), await measurePlanning(cluster, sizes.planning, options))
  }
  summarise('delivery', rounds).forEach(options.print)
}

async function measureAudience(
  name: 'many hosts' | 'few hosts',
  cluster: Cluster,
  { manyHosts, fewHosts, turns }: DeliverySizes,
  options: BenchOptions,
): Promise<Measurement[][]> {
  const audience = name === 'many hosts' ? manyHosts : fewHosts
  await using receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
  const inboxes = await openInboxes(receivers, audience)
  await using world = await createWorld(cluster, options.profile)
  await using floor = await openFloor(inboxes, audience)
  await using ours = await openOurs(world, receivers, inboxes)
  await ours.measure()
  const measurements: Measurement[][] = []
  for (let turn = 0; turn < turns; turn++) {
    const least = await floor.measure()
    measurements.push(compare('', `, ${name}`, await ours.measure(), least))
  }
  return measurements
}

/** Whoever delivers, measured a post at a time. */
type Subject = AsyncDisposable & { measure(): Promise<Delivered> }

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

async function openFloor(inboxes: readonly string[], { hosts }: Audience): Promise<Subject> {
  const program = startProgram(new URL('./programs/delivery-floor.ts', import.meta.url))
  const body = JSON.stringify({ content: 'x'.repeat(1500) })
  const inParallel = Math.min(concurrency, hosts * perHost)
  const settings: DeliveryFloorSettings = { body, inboxes, perHost, concurrency: inParallel }
  await program.ask('deliver', { ...settings, inboxes: inboxes.slice(0, inboxes.length * warmUpShare) })
  return {
    measure: async () => {
      const seconds = await program.ask<number>('deliver', settings)
      return { rate: inboxes.length / seconds, memory: await readPeakMemory(program.pid) }
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

async function openOurs(world: World, receivers: Program, inboxes: readonly string[]): Promise<Subject> {
  const author = await createFollowedAccount(world.ctx, inboxes)
  const server = await world.serve()
  const measure = async (): Promise<Delivered> => {
    const before = await receivers.ask<number>('countReceived')
    const post = { text: `Hello, everybody! ${'lorem ipsum '.repeat(20)}`, visibility: 'public' } as const
    await createPost(world.ctx, author, post)
    const startedAt = performance.now()
    await untilReceived('delivery', receivers, before + inboxes.length)
    await untilSettled(world)
    const seconds = (performance.now() - startedAt) / 1000
    return { rate: inboxes.length / seconds, memory: await readPeakMemory(server.pid) }
  }
  return { measure, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function measureFedify(audience: Audience): Promise<Measurement[]> {
  await using receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
  const inboxes = await openInboxes(receivers, audience)
  await using opened = await openFloor(inboxes, audience)
  const floor = await opened.measure()
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
