import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createToldRecovery } from '../support/told-recovery.ts'

const base = '/api/holdfast/v1/recoveries'

let server: TestServer
let alice: ApiMember
let eve: ApiMember
let id: string
beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  eve = await signUp(server, 'eve')
  const people = ['bo', 'cy', 'di'].map((name) => ({ origin: 'https://away.example', name }))
  id = (await createToldRecovery(server.ctx, alice.actor, people, true)).id
  await server.ctx.db
    .updateTable('recoveryFollowers')
    .set({ state: 'told', toldAt: server.ctx.now(), say: 'move', due: null })
    .where('handle', '=', 'cy@away.example')
    .execute()
})
afterAll(() => server?.[Symbol.asyncDispose]())

test('A member watches how far it is, by servers', async () => {
  const [recovery, ...others] = await alice.get(base)
  expect(others).toEqual([])
  expect(recovery).toMatchObject({
    ...{ id, state: 'telling', former: 'https://gone.example/users/alice', handle: 'alice@gone.example' },
    ...{ has_key: true, sweep: 0, items: [] },
    followers: { waiting: 2, told: 1, followed: 0, refused: 0, unreachable: 0 },
  })
  const { hosts } = await alice.get(`${base}/${id}`)
  expect(hosts).toEqual([
    {
      ...{ host: 'away.example', software: 'mastodon', detail: null },
      ...{ waiting: 2, told: 1, followed: 0, refused: 0, unreachable: 0 },
    },
  ])
})

test('The ledger comes in pages, in the order of the kit, and by state', async () => {
  const first = await alice.call('GET', `${base}/${id}/followers?limit=2`)
  expect(first.body.map((row: { handle: string }) => row.handle)).toEqual([
    'bo@away.example',
    'cy@away.example',
  ])
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
  expect(next).not.toBe('')
  const { pathname, search } = new URL(next)
  const second = await alice.call('GET', pathname + search)
  expect(second.body).toMatchObject([
    { actor: 'https://away.example/users/di', state: 'waiting', told_by: null, told_at: null },
  ])
  expect(second.headers.get('link')).toBeNull()
  const told = await alice.get(`${base}/${id}/followers?state=told`)
  expect(told).toMatchObject([{ handle: 'cy@away.example', state: 'told', told_by: 'move' }])
  for (const query of ['state=happy', 'after=-1', 'after=x'])
    expect((await alice.call('GET', `${base}/${id}/followers?${query}`)).status).toBe(422)
})

test('Nobody else sees it', async () => {
  expect(await eve.get(base)).toEqual([])
  for (const path of [`${base}/${id}`, `${base}/${id}/followers`, `${base}/1`, `${base}/x`]) {
    expect((await eve.call('GET', path)).status).toBe(404)
    expect((await nobody(server).call('GET', path)).status).toBe(401)
  }
  const token = await issueToken(server.ctx, alice.actor.id, ['read:accounts'])
  const narrow = { authorization: `Bearer ${token}` }
  expect((await fetch(`${server.origin}${base}/${id}`, { headers: narrow })).status).toBe(200)
  expect((await fetch(`${server.origin}${base}/${id}/followers`, { headers: narrow })).status).toBe(403)
})
