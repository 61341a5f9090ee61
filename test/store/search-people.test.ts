import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/store/actors.ts'
import { findActors, searchActorIds, type ActorSearch } from '../../src/store/search.ts'
import { createTestContext, type TestContext } from '../support/context.ts'
import { followCrowd, seedCrowd } from '../support/crowd.ts'
import { createMember, createStranger } from '../support/people.ts'

let world: TestContext
let alice: Actor

/** More than are looked at for each way to match, all of whose names begin alike. */
const people = 20_000

beforeAll(async () => {
  world = await createTestContext()
  alice = await createMember(world.ctx, 'alice')
  await seedCrowd(world.ctx.db, { people, statuses: 0, follows: 0 })
  await sql`update remote_actors set display_name = 'Pat ' || id`.execute(world.ctx.db)
  await followCrowd(world.ctx.db, alice.id, sql`generate_series(${people - 1}::int, ${people}::int)`)
  await sql`vacuum analyze remote_actors`.execute(world.ctx.db)
}, 60_000)
afterAll(() => world?.close())

const ask = (name: string, more: Partial<ActorSearch> = {}): ActorSearch => ({
  ...{ name, domain: undefined, viewerId: alice.id, following: false, limit: 5, offset: 0 },
  ...more,
})
const find = (name: string, more?: Partial<ActorSearch>) => searchActorIds(world.ctx.db, ask(name, more))

test('Whom one follows is found first, among however many of that name', async () => {
  const followed = [String(people - 1), String(people)]
  expect((await find('p')).slice(0, 2)).toEqual(followed)
  expect((await find('pat')).slice(0, 2)).toEqual(followed)
  expect(await find('p', { following: true })).toEqual(followed)
  expect(await find(`${people}`, { following: true })).toEqual([String(people)])
})

test('People are found by every word of what they call themselves', async () => {
  const john = await createStranger(world.ctx, 'js', { displayName: 'John O. Smith-Jones' })
  for (const name of ['smith', 'smi', 'john smith', 'jones', 'john o'])
    expect([name, await find(name)]).toEqual([name, [john.id]])
  expect(await find('mith')).toEqual([])
  expect(await find("smith' | 'pat & !")).toEqual([])
})

test('Asks the index of words', async () => {
  const { rows } = await sql<{ plan: string }>`explain ${findActors(ask('smith'))}`.execute(world.ctx.db)
  const plan = JSON.stringify(rows)
  expect(plan).toMatch(/Bitmap Index Scan on remote_actors_to_tsvector_idx/)
  expect(plan).not.toMatch(/Seq Scan on remote_actors/)
})
