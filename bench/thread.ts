import { setTimeout as delay } from 'node:timers/promises'
import { completeThread } from '../src/domain/threads/complete-thread.ts'
import { createPost } from '../src/domain/statuses/create-post.ts'
import type { Actor } from '../src/store/actors.ts'
import { followAll } from './inbox.ts'
import type { ThreadFloorSettings } from './programs/thread-floor.ts'
import type { ServedThread, ThreadSettings } from './programs/thread-hosts.ts'
import { openCluster, type Cluster } from './support/cluster.ts'
import { signCreates } from './support/creates.ts'
import { createFollowedAccount } from './support/followers.ts'
import { startNeighbour, type Neighbour } from './support/neighbour.ts'
import type { BenchOptions } from './support/options.ts'
import { showProgress } from './support/progress.ts'
import { startProgram, type Program } from './support/program.ts'
import { postAll, type PreparedRequest } from './support/load.ts'
import { summarise, type Measurement } from './support/report.ts'
import { percentile } from './support/statistics.ts'
import { createWorld, type World } from './support/world.ts'

export type ThreadSizes = ThreadSettings & {
  /** How long live traffic is measured while nothing else goes on. */
  readonly quietMs: number
  /** At most, while it is measured. */
  readonly arrivals: number
}

export const threadSizes: ThreadSizes = {
  replies: 1000,
  hosts: 5,
  peoplePerHost: 20,
  quietMs: 8000,
  arrivals: 1500,
}

/** Posts that one step of ours asks for at the same time. */
const concurrency = 10

/**
 * How long it takes until a thread with so many answers on several hosts is complete, from the moment when somebody
 * asks for it, and what those notice of it who write or are written to meanwhile.
 */
export async function benchThread(sizes: ThreadSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await measureRound(cluster, sizes, options))
  summarise('thread', rounds).forEach(options.print)
}

async function measureRound(
  cluster: Cluster,
  sizes: ThreadSizes,
  options: BenchOptions,
): Promise<Measurement[]> {
  await using hosts = startProgram(new URL('./programs/thread-hosts.ts', import.meta.url))
  const thread = await hosts.ask<ServedThread>('start', sizes)
  const floor = await measureFloor(cluster, thread)
  await using world = await createWorld(cluster, options.profile)
  await using live = await openLive(world, sizes.arrivals)
  await using _server = await world.serve()
  await live.measure(() => delay(sizes.quietMs / 4))
  const quiet = await live.measure(() => delay(sizes.quietMs))
  const before = await hosts.ask<number>('countFetched')
  let seconds = 0
  const busy = await live.measure(async () => {
    seconds = await complete(world, thread)
  })
  const fetches = (await hosts.ask<number>('countFetched')) - before
  const least = 1 + thread.pages.length + thread.replies.length + thread.people.length
  const p99 = (latencies: readonly number[]) => percentile(latencies, 0.99)
  const rate = { unit: 'replies/s', floor: sizes.replies / floor }
  return [
    { figure: 'complete', value: seconds, unit: 's', floor },
    { figure: 'stored', value: sizes.replies / seconds, ...rate },
    { figure: 'fetches', value: fetches, unit: 'requests', floor: least },
    {
      figure: 'accepted to stored meanwhile, p99',
      value: p99(busy.inbox),
      unit: 'ms',
      floor: p99(quiet.inbox),
    },
    {
      figure: 'posted to delivered meanwhile, p99',
      value: p99(busy.delivery),
      unit: 'ms',
      floor: p99(quiet.delivery),
    },
  ]
}

async function measureFloor(cluster: Cluster, thread: ServedThread): Promise<number> {
  await using program = startProgram(new URL('./programs/thread-floor.ts', import.meta.url))
  const databaseUrl = await cluster.createDatabase()
  const settings: ThreadFloorSettings = { databaseUrl, thread, concurrency }
  await program.ask('complete', settings)
  return await program.ask<number>('complete', settings)
}

const lookAgainMs = 20
const patienceMs = 120_000

/** The server completes it in its own process; that somebody asks for it is all that happens here. @returns seconds */
async function complete({ ctx }: World, { root, replies }: ServedThread): Promise<number> {
  const progress = showProgress('thread', replies.length)
  const startedAt = performance.now()
  const status = await ctx.remote.resolveStatus(root)
  if (status === undefined) throw new Error('The thread cannot be had')
  await completeThread(ctx, status.id)
  for (;;) {
    const query = ctx.db.selectFrom('remoteStatuses').select((eb) => eb.fn.countAll<string>().as('n'))
    const { n } = await query.where('inReplyToId', '=', status.id).executeTakeFirstOrThrow()
    progress.advance(Number(n))
    if (Number(n) >= replies.length) break
    if (performance.now() - startedAt > patienceMs) throw new Error(`Only ${n} replies were stored`)
    await delay(lookAgainMs)
  }
  progress.end()
  return (performance.now() - startedAt) / 1000
}

/** Milliseconds of each. */
type Latencies = { readonly inbox: number[]; readonly delivery: number[] }

/** Somebody who is read here goes on writing, and somebody who is read elsewhere. */
type Live = AsyncDisposable & { measure(work: () => Promise<unknown>): Promise<Latencies> }

const pauseMs = 50

async function openLive(world: World, most: number): Promise<Live> {
  const neighbour: Neighbour = await startNeighbour(1)
  await followAll(world.ctx, neighbour.people)
  const receivers = startProgram(new URL('./programs/receivers.ts', import.meta.url))
  const [origin] = await receivers.ask<string[]>('start', 1)
  const author = await createFollowedAccount(world.ctx, [`${origin}/users/reader/inbox`])
  const arrivals = (await signCreates(neighbour.people, most, world.origin)).values()
  const measure = async (work: () => Promise<unknown>): Promise<Latencies> => {
    const latencies: Latencies = { inbox: [], delivery: [] }
    let working = true
    const repeat = async (into: number[], time: () => Promise<number>): Promise<void> => {
      do {
        into.push(await time())
        await delay(pauseMs)
      } while (working)
    }
    const going = [
      repeat(latencies.inbox, () => timeArrival(world, arrivals.next().value)),
      repeat(latencies.delivery, () => timeDelivery(world, receivers, author)),
    ]
    await work().finally(() => (working = false))
    await Promise.all(going)
    return latencies
  }
  const close = async () => {
    await receivers[Symbol.asyncDispose]()
    await neighbour[Symbol.asyncDispose]()
  }
  return { measure, [Symbol.asyncDispose]: close }
}

const lookOftenMs = 4

/** From the answer 202 until the post can be read. */
async function timeArrival({ ctx, origin }: World, arrival: PreparedRequest | undefined): Promise<number> {
  if (arrival === undefined) throw new Error('More arrivals were measured than were prepared')
  const { object } = JSON.parse(arrival.body.toString()) as { object: { id: string } }
  await postAll([arrival], { label: 'arrival', port: Number(new URL(origin).port), concurrency: 1 })
  const acceptedAt = performance.now()
  for (;;) {
    const query = ctx.db.selectFrom('remoteStatuses').select('id').where('uri', '=', object.id)
    if ((await query.executeTakeFirst()) !== undefined) return performance.now() - acceptedAt
    await delay(lookOftenMs)
  }
}

/** From the moment when a post is stored until it has arrived where its author is read. */
async function timeDelivery({ ctx }: World, receivers: Program, author: Actor): Promise<number> {
  const before = await receivers.ask<number>('countReceived')
  await createPost(ctx, author, { text: 'Hello!', visibility: 'public' })
  const storedAt = performance.now()
  while ((await receivers.ask<number>('countReceived')) === before) await delay(lookOftenMs)
  return performance.now() - storedAt
}
