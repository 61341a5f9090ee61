import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { createStranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember
let carol: ApiMember
let shy: ApiMember

beforeAll(async () => {
  server = await startServer()
  const names = ['alice', 'bob', 'carol', 'shy']
  const members = await Promise.all(names.map((name) => signUp(server, name)))
  ;[alice, bob, carol, shy] = members as [ApiMember, ApiMember, ApiMember, ApiMember]
  await sql`update accounts set discoverable = (username <> 'shy')`.execute(server.ctx.db)
})
afterAll(() => server?.[Symbol.asyncDispose]())

const all = '/api/v1/collections'

async function create(member: ApiMember, more: object = {}) {
  const { collection } = await member.post(all, { name: 'People', ...more })
  return collection
}

test('A collection is made, shown to anybody, changed and dropped by who made it', async () => {
  const made = await create(alice, {
    ...{ description: 'Worth it', tag_name: '#Sea', language: 'en', sensitive: true },
    account_ids: [bob.actor.id, carol.actor.id, bob.actor.id],
  })
  expect(made).toMatchObject({
    ...{ account_id: alice.actor.id, name: 'People', description: 'Worth it', language: 'en', local: true },
    ...{ sensitive: true, discoverable: true, item_count: 2 },
    tag: { name: 'sea', url: `${server.origin}/tags/sea` },
  })
  expect(made.items.map((item: any) => [item.account_id, item.state])).toEqual([
    [bob.actor.id, 'accepted'],
    [carol.actor.id, 'accepted'],
  ])
  const { collection, accounts } = await nobody(server).get(`${all}/${made.id}`)
  expect(collection).toEqual(made)
  expect(accounts.map(({ username }: any) => username)).toEqual(['alice', 'bob', 'carol'])
  const changes = { name: 'Others', tag_name: '', discoverable: false }
  const { body } = await alice.call('PATCH', `${all}/${made.id}`, changes)
  expect(body.collection).toMatchObject({ name: 'Others', tag: null, description: 'Worth it', item_count: 2 })
  const own = `/api/v1/accounts/${alice.actor.id}/collections`
  expect((await bob.get(own)).collections).toEqual([])
  expect((await alice.get(own)).collections.map(({ id }: any) => id)).toEqual([made.id])
  expect((await bob.call('PUT', `${all}/${made.id}`, { name: 'Mine' })).status).toBe(403)
  expect((await bob.call('DELETE', `${all}/${made.id}`)).status).toBe(403)
  expect((await alice.call('DELETE', `${all}/${made.id}`)).body).toEqual({})
  expect((await alice.call('GET', `${all}/${made.id}`)).status).toBe(404)
})

test('Only those who want to be found are put into one, and who takes themselves out stays out', async () => {
  const { id } = await create(alice)
  const items = `${all}/${id}/items`
  const add = (member: ApiMember, target: string) => member.call('POST', items, { account_id: target })
  expect((await add(alice, shy.actor.id)).status).toBe(403)
  expect((await add(alice, '999')).status).toBe(404)
  expect((await add(bob, bob.actor.id)).status).toBe(403)
  expect((await add(alice, (await createStranger(server.ctx, 'eve')).id)).status).toBe(422)
  const { collection_item: item } = (await add(alice, bob.actor.id)).body
  expect((await add(alice, bob.actor.id)).body.collection_item.id).toBe(item.id)
  const inside = `/api/v1/accounts/${bob.actor.id}/in_collections`
  expect((await bob.get(inside)).collections.map((each: any) => each.id)).toEqual([id])
  expect((await alice.call('GET', inside)).status).toBe(404)
  expect((await carol.call('POST', `${items}/${item.id}/revoke`)).status).toBe(403)
  expect((await bob.call('POST', `${items}/${item.id}/revoke`)).body).toEqual({})
  expect((await alice.get(`${all}/${id}`)).collection.item_count).toBe(0)
  expect((await add(alice, bob.actor.id)).status).toBe(403)
  expect((await bob.get(inside)).collections).toEqual([])
})

test('Whoever is taken out by who made it may come again; who blocks them may not', async () => {
  const { id, items } = await create(alice, { account_ids: [carol.actor.id] })
  const path = `${all}/${id}/items`
  expect((await bob.call('DELETE', `${path}/${items[0].id}`)).status).toBe(403)
  expect((await alice.call('DELETE', `${path}/${items[0].id}`)).body).toEqual({})
  expect((await alice.call('POST', path, { account_id: carol.actor.id })).status).toBe(200)
  await carol.post(`/api/v1/accounts/${alice.actor.id}/block`)
  expect((await nobody(server).get(`${all}/${id}`)).collection.items).toEqual([])
  const next = await create(alice)
  const again = await alice.call('POST', `${all}/${next.id}/items`, { account_id: carol.actor.id })
  expect(again.status).toBe(403)
  expect((await alice.call('POST', all, { name: 'With', account_ids: [carol.actor.id] })).status).toBe(403)
  await alice.post(`/api/v1/accounts/${bob.actor.id}/block`)
  expect((await bob.call('GET', `${all}/${id}`)).status).toBe(404)
})

test('There are bounds, and what breaks them leaves nothing behind', async () => {
  const dave = await signUp(server, 'dave')
  for (const body of [
    {},
    { name: ' ' },
    { name: 'x'.repeat(41) },
    { name: 'x', description: 'y'.repeat(101) },
    { name: 'x', tag_name: 'no tag' },
  ])
    expect((await dave.call('POST', all, body)).status).toBe(422)
  const ids: string[] = []
  for (let count = 0; count < 26; count++) ids.push((await signUp(server, `many${count}`)).actor.id)
  await sql`update accounts set discoverable = true where username like 'many%'`.execute(server.ctx.db)
  expect((await dave.call('POST', all, { name: 'All', account_ids: ids })).status).toBe(422)
  const { item_count: count } = await create(dave, { account_ids: ids.slice(1) })
  expect(count).toBe(25)
  for (let more = 0; more < 9; more++) await create(dave)
  expect((await dave.call('POST', all, { name: 'Eleventh' })).status).toBe(422)
  const path = `/api/v1/accounts/${dave.actor.id}/collections`
  expect((await nobody(server).get(path)).collections).toHaveLength(10)
  expect((await nobody(server).get(`${path}?limit=3&offset=8`)).collections).toHaveLength(2)
})
