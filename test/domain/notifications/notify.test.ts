import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp, type ApiMember } from '../../support/api.ts'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** What a member was told, oldest first. */
async function told(member: ApiMember, statusId?: string): Promise<string[]> {
  let query = server.ctx.db
    .selectFrom('notifications')
    .select(['type', 'filtered'])
    .where('accountId', '=', member.actor.id)
    .orderBy('id')
  if (statusId !== undefined) query = query.where('statusId', '=', statusId)
  return (await query.execute()).map(({ type, filtered }) => (filtered ? `${type}, aside` : type))
}

const say = (by: ApiMember, status: string, more: object = {}) =>
  by.post('/api/v1/statuses', { status, ...more })

test.each([
  ['favourite', 'unfavourite', 'favourite'],
  ['reblog', 'unreblog', 'reblog'],
])('%s is told of once, and no more when it is taken back', async (deed, undoing, type) => {
  const { id } = await say(alice, 'Do something')
  for (const verb of [deed, deed]) await bob.post(`/api/v1/statuses/${id}/${verb}`)
  expect(await told(alice, id)).toEqual([type])
  await alice.post(`/api/v1/statuses/${id}/${deed}`)
  expect(await told(alice, id)).toEqual([type])
  await bob.post(`/api/v1/statuses/${id}/${undoing}`)
  expect(await told(alice, id)).toEqual([])
})

test('Whoever is named is told, until the post is gone', async () => {
  const { id } = await say(bob, 'Hello @alice')
  expect(await told(alice, id)).toEqual(['mention'])
  await bob.call('DELETE', `/api/v1/statuses/${id}`)
  expect(await told(alice, id)).toEqual([])
})

test('A direct post by somebody who is not followed is set aside; an answer to one is not', async () => {
  const { id } = await say(bob, '@alice psst', { visibility: 'direct' })
  expect(await told(alice, id)).toEqual(['mention, aside'])
  const answer = await say(alice, '@bob yes?', { visibility: 'direct', in_reply_to_id: id })
  expect(await told(bob, answer.id)).toEqual(['mention'])
})

test('Whoever boosted is told of an edit', async () => {
  const { id } = await say(bob, 'First')
  await alice.post(`/api/v1/statuses/${id}/reblog`)
  for (const status of ['Second', 'Second']) await bob.call('PUT', `/api/v1/statuses/${id}`, { status })
  expect(await told(alice, id)).toEqual(['update'])
})

test('Nobody is told of a thread that they mute, nor of whom they mute or block', async () => {
  const root = await say(alice, 'Root')
  await alice.post(`/api/v1/statuses/${root.id}/mute`)
  const answer = await say(bob, '@alice more', { in_reply_to_id: root.id })
  expect(await told(alice, answer.id)).toEqual([])
  const other = await say(alice, 'Elsewhere')
  await alice.post(`/api/v1/accounts/${bob.actor.id}/mute`)
  await bob.post(`/api/v1/statuses/${other.id}/favourite`)
  expect(await told(alice, other.id)).toEqual([])
  await alice.post(`/api/v1/accounts/${bob.actor.id}/unmute`)
})

test('A follow is told of until it ends', async () => {
  const follows = async () => (await told(alice)).filter((type) => type.startsWith('follow'))
  await bob.post(`/api/v1/accounts/${alice.actor.id}/follow`)
  expect(await follows()).toEqual(['follow'])
  await bob.post(`/api/v1/accounts/${alice.actor.id}/unfollow`)
  expect(await follows()).toEqual([])
})
