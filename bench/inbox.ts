import { setTimeout as delay } from 'node:timers/promises'
import { createAccount } from '../src/domain/accounts/create-account.ts'
import { upsertFollow } from '../src/store/follows.ts'
import { transact } from '../src/db/transact.ts'
import type { Context } from '../src/context.ts'
import type { FedifySettings } from './programs/inbox-fedify.ts'
import type { FloorSettings } from './programs/inbox-floor.ts'
import { openCluster, type Cluster } from './support/cluster.ts'
import { signCreates } from './support/creates.ts'
import { postAll, type PreparedRequest } from './support/load.ts'
import { readPeakMemory } from './support/memory.ts'
import { startNeighbour, type Person } from './support/neighbour.ts'
import type { BenchOptions } from './support/options.ts'
import { startProgram } from './support/program.ts'
import { median } from './support/statistics.ts'
import { summarise, type Measurement } from './support/report.ts'
import { createWorld, type World } from './support/world.ts'

export type InboxSizes = {
  readonly people: number
  /** Activities of each slice that is measured, and those that warm everything up before. */
  readonly slice: number
  readonly slices: number
  readonly warmUp: number
  /** The same for stock Fedify, which takes longer over each. */
  readonly fedifyMeasured: number
  readonly fedifyWarmUp: number
  readonly concurrency: number
}

export const inboxSizes: InboxSizes = {
  people: 50,
  slice: 2000,
  slices: 4,
  warmUp: 2000,
  fedifyMeasured: 600,
  fedifyWarmUp: 150,
  concurrency: 32,
}

/** As many connections to the database as our server has. */
const poolSize = 20

/** What one side makes of the same requests. */
type Throughput = {
  readonly accepted: number
  /** Undefined for the floor, which acts on nothing. */
  readonly processed?: number
  readonly memory: number | undefined
}

/**
 * How many posts from followed people a server takes in: per second of being answered 202, and per second of having
 * their effect committed. Within a round the floor and our server take turns at slices of the same requests, so that
 * whatever else the machine does meets both; stock Fedify comes after them.
 */
export async function benchInbox(sizes: InboxSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  await using neighbour = await startNeighbour(sizes.people)
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++) {
    rounds.push(...(await measureRound(cluster, neighbour.people, sizes, options)))
  }
  summarise('inbox', rounds).forEach(options.print)
}

async function measureRound(
  cluster: Cluster,
  people: readonly Person[],
  sizes: InboxSizes,
  options: BenchOptions,
): Promise<Measurement[][]> {
  await using world = await createWorld(cluster, options.profile)
  await followAll(world.ctx, people)
  const { warmUp, slice, slices } = sizes
  const requests = await signCreates(people, warmUp + slices * slice, world.origin)
  await using floor = await openFloor(cluster, people, sizes)
  await using ours = await openOurs(world, sizes)
  const pairs: Pair[] = []
  for (let end = warmUp, begin = 0; end <= requests.length; begin = end, end += slice) {
    const part = requests.slice(begin, end)
    pairs.push({ floor: await floor.measure(part), ours: await ours.measure(part) })
  }
  const measured = pairs.slice(1)
  const floorOfRound = {
    accepted: median(measured.map((pair) => pair.floor.accepted)),
    memory: measured.at(-1)?.floor.memory,
  }
  const fedify = await measureFedify(cluster, world, requests, sizes)
  return [
    ...measured.map((pair) => compare('', pair.ours, pair.floor)),
    compare('fedify ', fedify, floorOfRound),
  ]
}

type Pair = { readonly floor: Throughput; readonly ours: Throughput }

/** A server that is measured a slice at a time. */
type Subject = AsyncDisposable & { measure(requests: readonly PreparedRequest[]): Promise<Throughput> }

function compare(prefix: string, side: Throughput, floor: Throughput): Measurement[] {
  const rate = { unit: 'activities/s', floor: floor.accepted }
  const figures: Measurement[] = [{ figure: `${prefix}accepted`, value: side.accepted, ...rate }]
  if (side.processed !== undefined)
    figures.push({ figure: `${prefix}processed`, value: side.processed, ...rate })
  if (side.memory !== undefined && floor.memory !== undefined)
    figures.push({ figure: `${prefix}peak memory`, value: side.memory, unit: 'MiB', floor: floor.memory })
  return figures
}

/** Somebody here follows everybody there, so that what they say is kept. */
export async function followAll(ctx: Context, people: readonly Person[]): Promise<void> {
  const credentials = { email: 'reader@mail.example', password: 'correct horse battery' }
  const reader = await createAccount(ctx, { username: 'reader', role: 'owner', ...credentials })
  for (const { uri } of people) {
    const target = await ctx.remote.resolveActor(uri)
    if (target === undefined) throw new Error(`${uri} cannot be fetched`)
    const ends = { followerId: reader.id, targetId: target.id, targetUri: uri }
    await transact(ctx, (tx) => upsertFollow(tx.db, { id: tx.newId(), state: 'accepted', ...ends }))
  }
}

async function openFloor(
  cluster: Cluster,
  people: readonly Person[],
  { concurrency }: InboxSizes,
): Promise<Subject> {
  const program = startProgram(new URL('./programs/inbox-floor.ts', import.meta.url))
  const keys = people.map(({ keyId, publicKeyPem }) => ({ id: keyId, pem: publicKeyPem }))
  const settings: FloorSettings = { databaseUrl: await cluster.createDatabase(), poolSize, keys }
  const { port } = await program.ask<{ port: number }>('start', settings)
  return {
    measure: async (requests) => {
      const { seconds } = await postAll(requests, { label: 'floor', port, concurrency })
      return { accepted: requests.length / seconds, memory: await readPeakMemory(program.pid) }
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

async function openOurs(world: World, { concurrency }: InboxSizes): Promise<Subject> {
  const server = await world.serve()
  const { port } = server
  let sent = 0
  return {
    measure: async (requests) => {
      sent += requests.length
      const { seconds, startedAt } = await postAll(requests, { label: 'inbox', port, concurrency })
      const processed = await untilCounted(() => countProcessed(world.ctx), sent)
      return {
        accepted: requests.length / seconds,
        processed: requests.length / ((processed - startedAt) / 1000),
        memory: await readPeakMemory(server.pid),
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Of those that have had their effect: nothing is waiting any more, and everything is there. */
async function countProcessed({ db }: Context): Promise<number> {
  const waiting = await db.selectFrom('inboxMessages').select('id').limit(1).executeTakeFirst()
  if (waiting !== undefined) return 0
  const query = db.selectFrom('remoteStatuses').select((eb) => eb.fn.countAll<string>().as('n'))
  return Number((await query.executeTakeFirstOrThrow()).n)
}

async function measureFedify(
  cluster: Cluster,
  { origin }: World,
  requests: readonly PreparedRequest[],
  { fedifyWarmUp, fedifyMeasured, concurrency }: InboxSizes,
): Promise<Throughput> {
  await using program = startProgram(new URL('./programs/inbox-fedify.ts', import.meta.url))
  const settings: FedifySettings = { databaseUrl: await cluster.createDatabase(), poolSize, origin }
  const { port } = await program.ask<{ port: number }>('start', settings)
  const countDone = () => program.ask<number>('countProcessed')
  await postAll(requests.slice(0, fedifyWarmUp), { label: 'fedify, warming up', port, concurrency })
  await untilCounted(countDone, fedifyWarmUp)
  const measured = requests.slice(fedifyWarmUp, fedifyWarmUp + fedifyMeasured)
  const { seconds, startedAt } = await postAll(measured, { label: 'fedify', port, concurrency })
  const processed = await untilCounted(countDone, fedifyWarmUp + measured.length)
  return {
    accepted: measured.length / seconds,
    processed: measured.length / ((processed - startedAt) / 1000),
    memory: await readPeakMemory(program.pid),
  }
}

const lookAgainMs = 20
const patienceMs = 120_000

/** @returns when it was so, as `performance.now()` tells it. @throws Error when it is not so for two minutes */
async function untilCounted(count: () => Promise<number>, expected: number): Promise<number> {
  const deadline = performance.now() + patienceMs
  let counted = await count()
  while (counted < expected) {
    if (performance.now() > deadline) throw new Error(`Only ${counted} of ${expected} were processed`)
    await delay(lookAgainMs)
    counted = await count()
  }
  return performance.now()
}
