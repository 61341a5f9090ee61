import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { publishDue, publishScheduled, takeUpOverdue } from '../../src/domain/scheduled/publish-scheduled.ts'
import { findMedia } from '../../src/store/media.ts'
import { findScheduled } from '../../src/store/scheduled-statuses.ts'
import { check, checkAll } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { listJobs } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createUpload } from '../support/uploads.ts'

const path = '/api/v1/scheduled_statuses'
const hourMs = 3600_000

let server: TestServer
let aheadMs = 0
let names = 0
let alice: ApiMember

beforeAll(async () => {
  server = await startServer({ parts: { now: () => new Date(Date.now() + aheadMs) } })
})
beforeEach(async () => {
  aheadMs = 0
  alice = await signUp(server, `alice${++names}`)
})
afterAll(() => server?.[Symbol.asyncDispose]())

const soon = (ms = hourMs) => new Date(server.ctx.now().getTime() + ms).toISOString()
const schedule = (input: object = {}, by = alice) =>
  by.post('/api/v1/statuses', { status: 'Later', scheduled_at: soon(), ...input })
const postsOf = (by = alice) => by.get(`/api/v1/accounts/${by.actor.id}/statuses`)
const sent = async (statusId: string) =>
  (await listJobs(server.ctx.db)).filter(
    ({ name, data }) => name === 'status.created' && (data as { statusId: string }).statusId === statusId,
  )
const jobOf = (id: string) => sql`name = 'status.due' and data->>'scheduledId' = ${id}`
/** The library looks for jobs whose time has come every 15 s. */
const arrived = () =>
  expect.poll(async () => (await postsOf()).length, { timeout: 60_000, interval: 200 }).toBe(1)
const publishLater = (id: string) => {
  aheadMs += 2 * hourMs
  return publishScheduled(server.ctx, id)
}

test('What is to be said later is answered as apps read it, and nobody sees it yet', async () => {
  const media = await createUpload(server.ctx, alice.actor)
  const first = await alice.post('/api/v1/statuses', { status: 'First' })
  const time = soon()
  const scheduled = check(
    'ScheduledStatus',
    await schedule({
      ...{ scheduled_at: time, media_ids: [media.id], spoiler_text: 'cw', visibility: 'unlisted' },
      in_reply_to_id: first.id,
    }),
  )
  expect(scheduled).toMatchObject({
    scheduled_at: time,
    params: {
      ...{ text: 'Later', spoiler_text: 'cw', visibility: 'unlisted', in_reply_to_id: first.id },
      ...{ media_ids: [media.id], poll: null, scheduled_at: null },
    },
    media_attachments: [{ id: media.id }],
  })
  expect(await alice.get(`${path}/${scheduled.id}`)).toEqual(scheduled)
  expect((await postsOf()).length).toBe(1)
  expect(await findMedia(server.ctx.db, media.id)).toMatchObject({ unusedSince: null })
  const taken = await alice.call('POST', '/api/v1/statuses', { status: 'x', media_ids: [media.id] })
  expect(taken.status).toBe(422)
})

test('It is posted when its time has come, once, with all that it is', async () => {
  const media = await createUpload(server.ctx, alice.actor, { description: 'A reef' })
  const { id } = await schedule({ media_ids: [media.id], spoiler_text: 'cw', visibility: 'private' })
  await publishScheduled(server.ctx, id)
  expect(await postsOf()).toEqual([])
  aheadMs = 2 * hourMs
  await Promise.all([publishScheduled(server.ctx, id), publishScheduled(server.ctx, id)])
  await publishScheduled(server.ctx, id)
  const [posted, ...more] = await postsOf()
  expect(more).toEqual([])
  expect(posted).toMatchObject({
    ...{ content: '<p>Later</p>', spoiler_text: 'cw', sensitive: true, visibility: 'private' },
    media_attachments: [{ id: media.id, description: 'A reef' }],
  })
  expect(new Date(posted.created_at).getTime()).toBeGreaterThan(Date.now() + hourMs)
  expect((await sent(posted.id)).length).toBe(1)
  expect(await alice.get(path)).toEqual([])
  expect((await alice.call('GET', `${path}/${id}`)).status).toBe(404)
})

test('A poll begins when it is asked', async () => {
  const poll = { options: ['Yes', 'No'], expires_in: 600, multiple: true }
  const scheduled = check('ScheduledStatus', await schedule({ poll }))
  expect(scheduled.params.poll).toMatchObject(poll)
  await publishLater(scheduled.id)
  const [posted] = await postsOf()
  expect(posted.poll).toMatchObject({ expired: false, multiple: true })
})

test('The job that waits for the time posts it, and is told to all as any post', async () => {
  const { id } = await schedule()
  const job = jobOf(id)
  const { rows } = await sql<{ at: Date }>`select start_after as at from pgboss.job where ${job}`.execute(
    server.ctx.db,
  )
  expect(rows[0]!.at.getTime()).toBeGreaterThan(Date.now() + hourMs - 60_000)
  aheadMs = 2 * hourMs
  await sql`update pgboss.job set start_after = now() where ${job}`.execute(server.ctx.db)
  await arrived()
}, 90_000)

test('What was put off is not posted at its first time', async () => {
  const { id } = await schedule()
  const later = soon(30 * hourMs)
  const { status, body } = await alice.call('PUT', `${path}/${id}`, { scheduled_at: later })
  expect([status, check('ScheduledStatus', body).scheduled_at]).toEqual([200, later])
  await publishLater(id)
  expect(await postsOf()).toEqual([])
  aheadMs = 31 * hourMs
  await publishScheduled(server.ctx, id)
  expect((await postsOf()).length).toBe(1)
})

test('What was dropped is never posted, and its media are its author’s again', async () => {
  const media = await createUpload(server.ctx, alice.actor)
  const { id } = await schedule({ media_ids: [media.id] })
  expect((await alice.call('DELETE', `${path}/${id}`)).body).toEqual({})
  await publishLater(id)
  expect(await postsOf()).toEqual([])
  expect((await alice.call('DELETE', `${path}/${id}`)).status).toBe(404)
  const posted = await alice.post('/api/v1/statuses', { media_ids: [media.id] })
  expect(posted.media_attachments).toMatchObject([{ id: media.id }])
})

test.each([
  ['in 4 minutes', () => soon(4 * 60_000), 'Scheduled at The scheduled date must be in the future'],
  ['at no time', () => 'tomorrow', 'Scheduled at is invalid'],
  ['on no day', () => '2030-13-41T00:00:00Z', 'Scheduled at is invalid'],
])('What is to be said %s is refused', async (_when, time, said) => {
  const answer = await alice.call('POST', '/api/v1/statuses', { status: 'x', scheduled_at: time() })
  expect([answer.status, answer.body]).toEqual([422, { error: `Validation failed: ${said}` }])
  expect([await postsOf(), await alice.get(path)]).toEqual([[], []])
  const { id } = await schedule()
  const changed = await alice.call('PUT', `${path}/${id}`, { scheduled_at: time() })
  expect([changed.status, changed.body]).toEqual([422, { error: `Validation failed: ${said}` }])
})

test('What was to be said in the past is said at once, and nothing is put off until then', async () => {
  const posted = check('AuthenticatedStatus', await schedule({ scheduled_at: soon(-hourMs) }))
  expect((await postsOf()).map(({ id }: any) => id)).toEqual([posted.id])
  expect(await alice.get(path)).toEqual([])
  const { id } = await schedule()
  const changed = await alice.call('PUT', `${path}/${id}`, { scheduled_at: soon(-hourMs) })
  expect(changed.status).toBe(422)
})

test('What could not be posted cannot be scheduled either', async () => {
  const bob = await signUp(server, `bob${names}`)
  const hidden = await bob.post('/api/v1/statuses', { status: 'x', visibility: 'private' })
  for (const [input, status] of [
    [{ status: ' ' }, 422],
    [{ status: 'x'.repeat(5001) }, 422],
    [{ poll: { options: ['a'], expires_in: 600 } }, 422],
    [{ media_ids: ['12'] }, 422],
    [{ in_reply_to_id: hidden.id }, 404],
    [{ quoted_status_id: hidden.id }, 404],
  ] as const) {
    const answer = await alice.call('POST', '/api/v1/statuses', {
      ...{ status: 'x', scheduled_at: soon() },
      ...input,
    })
    expect([input, answer.status]).toEqual([input, status])
  }
  expect(await alice.get(path)).toEqual([])
})

test('At most 25 are for one day, and 300 in all', async () => {
  const day = new Date(Date.now() + 100 * 24 * hourMs)
  const at = (index: number) => new Date(day.getTime() + Math.floor(index / 25) * 24 * hourMs)
  await sql`insert into scheduled_statuses (id, account_id, scheduled_at, post)
    select n, ${alice.actor.id}::bigint, t, '{"text":"x","visibility":"public"}'
    from unnest(${Array.from({ length: 299 }, (_, n) => `${names}${1000 + n}`)}::bigint[],
      ${Array.from({ length: 299 }, (_, n) => at(n))}::timestamptz[]) as u (n, t)`.execute(server.ctx.db)
  const full = await alice.call('POST', '/api/v1/statuses', { status: 'x', scheduled_at: day.toISOString() })
  expect(full.body.error).toMatch(/limit of 25 scheduled posts for today$/)
  const free = new Date(day.getTime() + 50 * 24 * hourMs).toISOString()
  const answers = await Promise.all(
    [1, 2].map(() => alice.call('POST', '/api/v1/statuses', { status: 'x', scheduled_at: free })),
  )
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 422])
  expect(answers.find(({ status }) => status === 422)?.body.error).toMatch(/limit of 300 scheduled posts$/)
})

test('The same key schedules once, however many requests come', async () => {
  const input = { status: 'Once', scheduled_at: soon() }
  const ask = () => alice.call('POST', '/api/v1/statuses', input, { 'idempotency-key': 'later' })
  const answers = [...(await Promise.all([ask(), ask()])), await ask()]
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
  const now = await alice.call('POST', '/api/v1/statuses', { status: 'Now' }, { 'idempotency-key': 'later' })
  expect([now.status, now.body.content]).toEqual([200, '<p>Now</p>'])
})

test('They are listed in pages, to nobody but their author', async () => {
  const bob = await signUp(server, `bob${names}`)
  const ids = [await schedule(), await schedule(), await schedule()].map(({ id }) => id)
  const first = await alice.call('GET', `${path}?limit=2`)
  expect(checkAll<any>('ScheduledStatus', first.body).map(({ id }) => id)).toEqual([ids[2], ids[1]])
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')![1]!
  expect((await alice.get(next)).map(({ id }: { id: string }) => id)).toEqual([ids[0]])
  expect(await bob.get(path)).toEqual([])
  for (const method of ['GET', 'DELETE', 'PUT'] as const) {
    const input = method === 'PUT' ? { scheduled_at: soon() } : undefined
    expect((await bob.call(method, `${path}/${ids[0]}`, input)).status).toBe(404)
  }
  expect((await alice.get(path)).length).toBe(3)
})

/** How often members were told of what was not posted. */
const toldByMail = async () =>
  (await listJobs(server.ctx.db)).filter(
    ({ name, data }) => name === 'mail.send' && (data as { kind: string }).kind === 'scheduled.unposted',
  ).length

test('An answer to what is gone stays on the list with the reason, until another time is set or it is dropped', async () => {
  const media = await createUpload(server.ctx, alice.actor)
  const question = await alice.post('/api/v1/statuses', { status: 'Who?' })
  const { id } = await schedule({ in_reply_to_id: question.id, media_ids: [media.id] })
  await alice.call('DELETE', `/api/v1/statuses/${question.id}`)
  const before = await toldByMail()
  await publishLater(id)
  await publishScheduled(server.ctx, id)
  expect(await postsOf()).toEqual([])
  expect(await toldByMail()).toBe(before + 1)
  const [kept] = checkAll<any>('ScheduledStatus', await alice.get(path))
  expect(kept).toMatchObject({ id, problem: 'There is no such post.', media_attachments: [{ id: media.id }] })
  const changed = await alice.call('PUT', `${path}/${id}`, { scheduled_at: soon() })
  expect(Object.keys(changed.body)).not.toContain('problem')
  await publishLater(id)
  expect(await toldByMail()).toBe(before + 2)
})

test.each([
  ['moved away', sql`update accounts set moved_to = 'https://away.example/users/alice'`, 'id', 1],
  ['was suspended', sql`update accounts set suspended_at = now()`, 'id', 0],
  ['was shut out', sql`update users set disabled_at = now()`, 'account_id', 0],
] as const)('Nothing is posted for somebody who %s meanwhile', async (_what, change, column, mails) => {
  const { id } = await schedule()
  const before = await toldByMail()
  await sql`${change} where ${sql.ref(column)} = ${alice.actor.id}::bigint`.execute(server.ctx.db)
  await publishLater(id)
  const { rows } = await sql`select from posts where actor_id = ${alice.actor.id}::bigint`.execute(
    server.ctx.db,
  )
  expect(rows).toEqual([])
  expect((await findScheduled(server.ctx.db, id))?.problem).toMatch(/account/)
  expect(await toldByMail()).toBe(before + mails)
})

test('Many of the same minute are posted together', async () => {
  const ids = []
  for (let n = 0; n < 8; n++) ids.push((await schedule({ status: `${n}` })).id)
  aheadMs = 2 * hourMs
  await Promise.all([publishDue(server.ctx, ids[0]), publishDue(server.ctx, ids[1])])
  expect((await postsOf()).length).toBe(8)
  expect(await alice.get(path)).toEqual([])
})

test('What was missed is taken up again, once', async () => {
  const { id } = await schedule()
  await sql`delete from pgboss.job where ${jobOf(id)}`.execute(server.ctx.db)
  aheadMs = 2 * hourMs
  await takeUpOverdue(server.ctx)
  await takeUpOverdue(server.ctx)
  await arrived()
  expect(await sql`select from pgboss.job where ${jobOf(id)}`.execute(server.ctx.db)).toMatchObject({
    rows: [{}],
  })
}, 90_000)
