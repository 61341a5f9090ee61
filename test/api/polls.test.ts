import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { check } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const poll = { options: ['Tea', 'Coffee'], expires_in: 3600 }
const ask = (more: object = {}) =>
  alice.post('/api/v1/statuses', { status: 'Which?', poll: { ...poll, ...more } })
const totals = ({ options }: any) => options.map((option: any) => option.votes_count)
const documentOf = async (id: string) => {
  const headers = { accept: 'application/activity+json' }
  const response = await fetch(`${server.origin}/users/alice/statuses/${id}`, { headers })
  return (await response.json()) as any
}
const end = (id: string) =>
  sql`update polls set ends_at = now() - interval '1 minute' where status_id = ${id}::bigint`.execute(
    server.ctx.db,
  )

test('Totals that are hidden are told when the poll is over, to nobody sooner', async () => {
  const { id } = await ask({ hide_totals: true })
  await bob.post(`/api/v1/polls/${id}/votes`, { choices: [1] })
  for (const who of [alice, bob, nobody(server)]) {
    const seen = check('Poll', await who.get(`/api/v1/polls/${id}`))
    expect([totals(seen), seen.votes_count, seen.voters_count]).toEqual([[null, null], 1, 1])
  }
  expect((await bob.get(`/api/v1/polls/${id}`)).own_votes).toEqual([1])
  const open = await documentOf(id)
  expect(open.oneOf).toEqual([
    { type: 'Note', name: 'Tea' },
    { type: 'Note', name: 'Coffee' },
  ])
  expect(open.votersCount).toBe(1)
  const page = async () => (await fetch(`${server.origin}/@alice/${id}`)).text()
  expect(await page()).not.toMatch(/\d%/)
  await end(id)
  expect(totals(check('Poll', await bob.get(`/api/v1/polls/${id}`)))).toEqual([0, 1])
  expect((await documentOf(id)).oneOf[1].replies).toEqual({ type: 'Collection', totalItems: 1 })
  expect(await page()).toContain('100%')
})

test('Totals are told unless the one who asks says otherwise', async () => {
  for (const hide_totals of [undefined, false, 'false']) {
    const { id } = await ask({ hide_totals })
    expect(totals(await bob.get(`/api/v1/polls/${id}`))).toEqual([0, 0])
    expect((await documentOf(id)).oneOf[0].replies).toEqual({ type: 'Collection', totalItems: 0 })
  }
})

test('An edit hides totals or tells them, and votes count on', async () => {
  const { id } = await ask()
  await bob.post(`/api/v1/polls/${id}/votes`, { choices: [0] })
  const edit = (hide_totals: boolean) =>
    alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Which?', poll: { ...poll, hide_totals } })
  const hidden = await edit(true)
  expect([totals(hidden.body.poll), hidden.body.poll.votes_count, hidden.body.edited_at]).toEqual([
    ...[[null, null], 1, null],
  ])
  expect(totals((await edit(false)).body.poll)).toEqual([1, 0])
})

test('What is scheduled says whether totals will be hidden', async () => {
  const scheduled_at = new Date(Date.now() + 3600_000).toISOString()
  const scheduled = await alice.post('/api/v1/statuses', {
    ...{ status: 'Later', scheduled_at, poll: { ...poll, hide_totals: true } },
  })
  expect(check('ScheduledStatus', scheduled).params.poll).toMatchObject({ hide_totals: true })
})
