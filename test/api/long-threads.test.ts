import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listViewerStates } from '../../src/store/viewer-states.ts'
import { listThreadRoots } from '../../src/store/thread-roots.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { createStranger, type Stranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember
let crowd: Stranger
let first = 1000

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  crowd = await createStranger(server.ctx, 'crowd')
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** Statuses of which each answers the one before. @returns their ids, from the top */
async function chain(length: number, answering: string | null = null): Promise<string[]> {
  const from = first
  first += length
  await sql`
    insert into remote_statuses (id, is_local, actor_id, visibility, uri, in_reply_to_id, created_at)
    select n, false, ${crowd.id}::bigint, 'public', 'https://away.example/n/' || n,
      case when n > ${from}::int then n - 1 else ${answering}::bigint end, now()
    from generate_series(${from}::int, ${from + length - 1}::int) n`.execute(server.ctx.db)
  return Array.from({ length }, (_, n) => `${from + n}`)
}

const say = (by: ApiMember, status: string, more: object = {}) =>
  by.post('/api/v1/statuses', { status, ...more })
const contextOf = async (id: string, by?: ApiMember) => {
  const path = `/api/v1/statuses/${id}/context`
  const { ancestors, descendants } = await (by ?? nobody(server)).get(path)
  return {
    ancestors: ancestors.map((each: any) => each.id),
    descendants: descendants.map((each: any) => each.id),
  }
}

test('A member is shown all of a long thread, and anybody else the part around a post', async () => {
  const ids = await chain(150)
  const [before, at, after] = [ids.slice(0, 90), ids[90]!, ids.slice(91)]
  expect(await contextOf(at, alice)).toEqual({ ancestors: before, descendants: after })
  expect(await contextOf(at)).toEqual({ ancestors: before.slice(-40), descendants: after.slice(0, 20) })
})

test('Anybody is shown sixty answers, a member four thousand', { timeout: 60_000 }, async () => {
  const [root = ''] = await chain(1)
  const from = first
  first += 4200
  await sql`
    insert into remote_statuses (id, is_local, actor_id, visibility, uri, in_reply_to_id, created_at)
    select n, false, ${crowd.id}::bigint, 'public', 'https://away.example/n/' || n, ${root}::bigint, now()
    from generate_series(${from}::int, ${from + 4199}::int) n`.execute(server.ctx.db)
  expect((await contextOf(root)).descendants.length).toBe(60)
  expect((await contextOf(root, alice)).descendants.length).toBe(4096)
})

test('A thread that is muted deep down is muted from its top to its end, far below', async () => {
  const ids = await chain(200)
  await alice.post(`/api/v1/statuses/${ids[150]}/mute`)
  const seen = [ids[0]!, ids[60]!, ids[199]!]
  for (const id of seen) expect((await alice.get(`/api/v1/statuses/${id}`)).muted).toBe(true)
  const answer = await say(bob, '@alice still?', { in_reply_to_id: ids[199] })
  const told = (await alice.get('/api/v1/notifications')).map(({ status }: any) => status?.id)
  expect(told).not.toContain(answer.id)
  const around = await alice.get(`/api/v1/statuses/${ids[199]}/context`)
  expect(new Set(around.ancestors.map(({ muted }: any) => muted))).toEqual(new Set([true]))
  await alice.post(`/api/v1/statuses/${answer.id}/unmute`)
  for (const id of seen) expect((await alice.get(`/api/v1/statuses/${id}`)).muted).toBe(false)
})

test('Whether a thread is muted, and where it begins, is the same alone and among others', async () => {
  const ids = await chain(60)
  const [branch = ''] = await chain(1, ids[30])
  await sql`insert into muted_threads (account_id, root_id, created_at)
    values (${alice.actor.id}::bigint, ${ids[40]!}::bigint, now())`.execute(server.ctx.db)
  const every = [...ids, branch]
  const states = await listViewerStates(server.ctx.db, alice.actor.id, every)
  expect(every.filter((id) => states.get(id)?.muted)).toEqual(ids.slice(40))
  const some = await listViewerStates(server.ctx.db, alice.actor.id, [ids[59]!, ids[45]!, ids[39]!, branch])
  expect([...some].filter(([, { muted }]) => muted).map(([id]) => id)).toEqual([ids[59], ids[45]])
  const roots = await listThreadRoots(server.ctx.db, every)
  expect(new Set(every.map((id) => roots.get(id)))).toEqual(new Set([ids[0]]))
})

test('A ring ends, and has no beginning', async () => {
  const ids = await chain(3)
  await sql`update remote_statuses set in_reply_to_id = ${ids[2]!}::bigint where id = ${ids[0]!}::bigint`.execute(
    server.ctx.db,
  )
  const [below = ''] = await chain(1, ids[1])
  for (const some of [ids, [below], [...ids, below]]) {
    expect(await listThreadRoots(server.ctx.db, some)).toEqual(new Map())
    const states = await listViewerStates(server.ctx.db, alice.actor.id, some)
    expect([...states.values()].map(({ muted }) => muted)).toEqual(some.map(() => false))
  }
  expect((await contextOf(below, alice)).ancestors.toSorted()).toEqual(ids)
  const others = new Set([...ids.slice(1), below])
  expect(new Set((await contextOf(ids[0]!, alice)).descendants)).toEqual(others)
})

test('A conversation stays one, however much is said in it', async () => {
  const { id } = await say(bob, '@alice hello', { visibility: 'direct' })
  const [from, to] = [BigInt(id) + 1n, BigInt(id) + 60n].map(String)
  await sql`
    insert into posts (id, is_local, actor_id, visibility, audience, source, in_reply_to_id, created_at)
    select n, true, ${bob.actor.id}::bigint, 'direct', array[${alice.actor.id}::bigint], '@alice and', n - 1, now()
    from generate_series(${from}::bigint, ${to}::bigint) n`.execute(server.ctx.db)
  const last = await say(bob, '@alice at last', { visibility: 'direct', in_reply_to_id: to })
  const conversations = await alice.get('/api/v1/conversations')
  expect(conversations.map(({ last_status }: any) => last_status.id)).toEqual([last.id])
})
