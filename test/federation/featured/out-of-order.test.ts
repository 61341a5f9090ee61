import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { rereadFeatured } from '../../../src/domain/featured/read-featured.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { listFeaturedIds, listFeaturedTags } from '../../../src/store/featured.ts'
import { listStatuses } from '../../../src/store/statuses.ts'
import { serveCollection, serveNote } from '../../domain/threads/support.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

let clock = 0
const server = await use(startServer({ parts: { now: () => new Date(Date.now() + clock) } }))
const home = await use(startRemoteServer())

let alice: RemoteActor
let known: Actor
let note: Record<string, any>
let target: string
let serial = 0

/** Alice, whom somebody here follows, shows nothing yet. */
beforeEach(async () => {
  clock = 0
  const name = `alice${++serial}`
  target = `${home.origin}/users/${name}/collections/featured`
  const toot = { toot: 'http://joinmastodon.org/ns#', featured: { '@id': 'toot:featured', '@type': '@id' } }
  alice = await home.addActor(name, {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1', toot],
    featured: target,
  })
  serveCollection(home, target, [])
  known = (await server.ctx.remote.resolveActor(alice.uri))!
  await followActor(server.ctx, await createMember(server.ctx, `fan${serial}`), known)
  await server.settle()
  await deliver(activityOf(alice, 'Accept', { object: home.received('Follow').at(-1).id }))
  note = serveNote(home, alice)
})

async function deliver(activity: object): Promise<void> {
  expect((await alice.post(server, activity)).status).toBe(202)
  await server.settle()
}

const add = () => activityOf(alice, 'Add', { object: note['id'], target })
const remove = () => activityOf(alice, 'Remove', { object: note['id'], target })

async function pinned() {
  const ids = await listFeaturedIds(server.ctx.db, known.id, 100)
  return (await listStatuses(server.ctx.db, ids)).map(({ uri }) => uri)
}

/** When alice's collection is to be read again, in ms from now. */
async function planned(): Promise<number[]> {
  const { rows } = await sql<{ at: Date }>`
    select start_after as at from pgboss.job
    where name = 'featured.changed' and data ->> 'actorId' = ${known.id}`.execute(server.ctx.db)
  return rows.map(({ at }) => at.getTime() - Date.now())
}

async function readAgain(): Promise<void> {
  clock += 5 * 60_000
  await rereadFeatured(server.ctx, { actorId: known.id })
}

it('An Add that comes behind its Remove pins nothing, and the collection is looked at once more', async () => {
  await deliver(remove())
  await deliver(add())
  await deliver(add())
  expect(await pinned()).toEqual([])
  // Once in five minutes by the clock, whose minutes may be over between two of the three.
  const delays = await planned()
  expect([1, 2]).toContain(delays.length)
  expect(Math.min(...delays)).toBeGreaterThan(200_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(300_000)
})

it('An Add of what the collection shows pins it', async () => {
  serveCollection(home, target, [note['id']])
  await deliver(add())
  expect(await pinned()).toEqual([note['id']])
  expect(await planned()).toEqual([])
})

it.each<[string, () => void]>([
  [
    'does not answer',
    () => home.serve(new URL(target).pathname, (_, response) => void response.writeHead(503).end()),
  ],
  [
    'is longer than we read',
    () =>
      serveCollection(
        home,
        target,
        Array.from({ length: 150 }, (_, index) => `${alice.uri}/notes/x${index}`),
      ),
  ],
])('Where the collection %s an Add is believed', async (_, prepare) => {
  prepare()
  await deliver(add())
  expect(await pinned()).toEqual([note['id']])
})

it('What was late in the collection, or removed by an old Remove, is set right a while later', async () => {
  await deliver(add())
  expect(await pinned()).toEqual([])
  serveCollection(home, target, [note['id']])
  await readAgain()
  expect(await pinned()).toEqual([note['id']])
  await deliver(remove())
  expect(await pinned()).toEqual([])
  await readAgain()
  expect(await pinned()).toEqual([note['id']])
})

it('A collection is not asked for again within minutes, and what is known stays when it cannot be had', async () => {
  serveCollection(home, target, [note['id']])
  await readAgain()
  home.arrivals.length = 0
  await rereadFeatured(server.ctx, { actorId: known.id })
  expect(home.fetched()).toEqual([])
  home.serve(new URL(target).pathname, (_request, response) => void response.writeHead(503).end())
  await readAgain()
  expect(home.fetched()).toContain(new URL(target).pathname)
  expect(await pinned()).toEqual([note['id']])
  expect(await listFeaturedTags(server.ctx.db, known.id, 10)).toEqual([])
})
