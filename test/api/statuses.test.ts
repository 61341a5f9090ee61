import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findScheduled } from '../../src/store/scheduled-statuses.ts'
import { countPosts } from '../../src/store/status-counts.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { listJobs } from '../support/people.ts'
import { registerTestApp } from './sign-in-kit.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { check, checkAll } from '../contract/check.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const say = (by: ApiMember, status: string, more: object = {}) =>
  by.post('/api/v1/statuses', { status, ...more })

test('A post is answered as apps read one, to its author and to anybody', async () => {
  const posted = await say(alice, 'Hello @bob, see #Kelp', {
    spoiler_text: 'greeting',
    language: 'en',
    visibility: 'unlisted',
  })
  check('AuthenticatedStatus', posted)
  expect(posted).toMatchObject({
    spoiler_text: 'greeting',
    sensitive: true,
    language: 'en',
    visibility: 'unlisted',
    uri: `${server.origin}/users/alice/statuses/${posted.id}`,
    url: `${server.origin}/@alice/${posted.id}`,
    account: { acct: 'alice', statuses_count: 1, avatar: `${server.origin}/avatars/original/missing.png` },
    mentions: [{ acct: 'bob', id: bob.actor.id }],
    tags: [{ name: 'kelp', url: `${server.origin}/tags/kelp` }],
    ...{ favourited: false, reblogged: false, bookmarked: false, muted: false, pinned: false, filtered: [] },
  })
  const seen = await nobody(server).get(`/api/v1/statuses/${posted.id}`)
  check('Status', seen)
  expect(seen.content).toBe(posted.content)
  expect(Object.keys(seen)).not.toContain('favourited')
})

test('The pictures of those who have none are there, for apps of any origin', async () => {
  for (const kind of ['avatars', 'headers']) {
    const picture = await fetch(`${server.origin}/${kind}/original/missing.png`)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(picture.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  }
})

test.each([
  [{ status: '  ' }, 422, "Validation failed: Text can't be blank"],
  [{}, 422, "Validation failed: Text can't be blank"],
  [
    { status: 'x', in_reply_to_id: '12' },
    404,
    'The post you are trying to reply to does not appear to exist.',
  ],
  [
    { status: 'x', quoted_status_id: '12' },
    404,
    'The post you are trying to quote does not appear to exist.',
  ],
  [{ status: 'x', poll: { options: ['a', 'b'] } }, 422, "Validation failed: Poll expires_in can't be blank"],
])('%j is refused', async (input, status, error) => {
  const before = await countPosts(server.ctx.db, alice.actor.id)
  const answer = await alice.call('POST', '/api/v1/statuses', input)
  expect([answer.status, check('Error', answer.body)]).toEqual([status, { error }])
  expect(await countPosts(server.ctx.db, alice.actor.id)).toBe(before)
})

test('A post too long and a visibility that there is not are refused as invalid', async () => {
  const long = await alice.call('POST', '/api/v1/statuses', { status: 'x'.repeat(5001) })
  expect([long.status, long.body.error]).toEqual([422, expect.stringMatching(/^Validation failed: /)])
  const local = await alice.call('POST', '/api/v1/statuses', { status: 'x', visibility: 'local' })
  expect([local.status, local.body.error]).toEqual([422, expect.stringMatching(/^Validation failed: /)])
})

test('Text and warning are counted together, and links as apps count them', async () => {
  const [half, link] = ['x'.repeat(2500), `https://sea.example/${'x'.repeat(900)}`]
  const together = { status: half, spoiler_text: `${half}x` }
  expect((await alice.call('POST', '/api/v1/statuses', together)).status).toBe(422)
  const { id } = await say(alice, `${link} ${half}`, { spoiler_text: half.slice(24) })
  const edit = (more: string) =>
    alice.call('PUT', `/api/v1/statuses/${id}`, {
      status: `${link} ${half}${more}`,
      spoiler_text: half.slice(24),
    })
  expect([(await edit('x')).status, (await edit('')).status]).toEqual([422, 200])
})

test.each([
  ['de-CH', 'de-CH'],
  ['not a language', 'pt'],
  ['x', 'pt'],
  ['a'.repeat(90), 'pt'],
  ['', 'pt'],
])('A post in %j is in %s', async (language, expected) => {
  await alice.call('PATCH', '/api/v1/accounts/update_credentials', { source: { language: 'pt' } })
  expect((await say(alice, 'Hm', { language })).language).toBe(expected)
  await alice.call('PATCH', '/api/v1/accounts/update_credentials', { source: { language: '' } })
})

test('An edit in what is no language keeps the one that the post has', async () => {
  const { id } = await say(alice, 'Grüezi', { language: 'de-CH' })
  const edited = await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Sali', language: '??' })
  expect(edited.body).toMatchObject({ language: 'de-CH', content: '<p>Sali</p>' })
})

test('Whoever is named in a direct post only by an edit has it among their conversations', async () => {
  const carol = await signUp(server, 'carol_named')
  const { id } = await say(alice, '@bob secret', { visibility: 'direct' })
  expect(await carol.get('/api/v1/conversations')).toEqual([])
  await alice.call('PUT', `/api/v1/statuses/${id}`, { status: '@bob @carol_named secret' })
  const [conversation] = await carol.get('/api/v1/conversations')
  check('Conversation', conversation)
  expect(conversation).toMatchObject({ unread: true, last_status: { id } })
  expect(conversation.accounts.map(({ acct }: any) => acct).toSorted()).toEqual(['alice', 'bob'])
  for (const party of [alice, bob]) expect((await party.get('/api/v1/conversations')).length).toBe(1)
})

test('A post says with what it was written, as that called itself then', async () => {
  const app = await registerTestApp(server.origin, { client_name: 'Kelp', website: 'https://kelp.example' })
  const dan = await signUp(server, 'dan_of_kelp')
  const without = await say(dan, 'By hand')
  await sql`update access_tokens set app_id = ${app.id}::bigint
    where account_id = ${dan.actor.id}::bigint`.execute(server.ctx.db)
  const posted = check('AuthenticatedStatus', await say(dan, 'By app'))
  await sql`update oauth_apps set name = 'Wrack' where id = ${app.id}::bigint`.execute(server.ctx.db)
  const application = { name: 'Kelp', website: 'https://kelp.example' }
  expect(posted.application).toEqual(application)
  expect(without.application).toBeNull()
  const seen = await nobody(server).get(`/api/v1/statuses/${posted.id}`)
  expect(check('Status', seen).application).toEqual(application)
  const edited = await dan.call('PUT', `/api/v1/statuses/${posted.id}`, { status: 'By app, again' })
  expect(edited.body.application).toEqual(application)
  const boost = await alice.post(`/api/v1/statuses/${posted.id}/reblog`)
  expect([boost.application, boost.reblog.application]).toEqual([null, application])
  const scheduled_at = new Date(Date.now() + 3600_000).toISOString()
  const { id } = await say(dan, 'Later', { scheduled_at })
  expect((await findScheduled(server.ctx.db, id))?.post.application).toMatchObject({ name: 'Wrack' })
})

test('The same key posts once, however many requests come at the same time', async () => {
  const post = () =>
    alice.call('POST', '/api/v1/statuses', { status: 'Once' }, { 'idempotency-key': 'draft 1' })
  const answers = await Promise.all([post(), post(), post()])
  const later = await post()
  const ids = new Set([...answers, later].map(({ status, body }) => `${status} ${body.id}`))
  expect(ids).toEqual(new Set([`200 ${later.body.id}`]))
  const sent = (await listJobs(server.ctx.db)).filter(
    ({ name, data }) =>
      name === 'status.created' && (data as { statusId: string }).statusId === later.body.id,
  )
  expect(sent.length).toBe(1)
  const other = await bob.call(
    'POST',
    '/api/v1/statuses',
    { status: 'Mine' },
    { 'idempotency-key': 'draft 1' },
  )
  expect(other.body.account.acct).toBe('bob')
})

test('A private post is for followers, and is not there for others', async () => {
  const { id } = await say(alice, 'For friends', { visibility: 'private' })
  for (const path of ['', '/context', '/history', '/favourited_by', '/reblogged_by']) {
    const answer = await bob.call('GET', `/api/v1/statuses/${id}${path}`)
    expect([path, answer.status, answer.body]).toEqual([path, 404, { error: 'Record not found' }])
  }
  for (const deed of ['favourite', 'reblog', 'bookmark', 'mute', 'pin']) {
    const answer = await bob.call('POST', `/api/v1/statuses/${id}/${deed}`)
    expect([deed, answer.status]).toEqual([deed, 404])
  }
  expect(await bob.get(`/api/v1/statuses?id[]=${id}`)).toEqual([])
})

test('A post is edited by its author only, and its versions are shown', async () => {
  const { id } = await say(alice, 'First')
  const refused = await bob.call('PUT', `/api/v1/statuses/${id}`, { status: 'Mine' })
  expect(refused.status).toBe(404)
  const edited = await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Second', sensitive: true })
  check('AuthenticatedStatus', edited.body)
  expect(edited.body).toMatchObject({ content: '<p>Second</p>', sensitive: true, spoiler_text: '' })
  expect(edited.body.edited_at).not.toBeNull()
  const versions = checkAll('StatusEdit', await nobody(server).get(`/api/v1/statuses/${id}/history`))
  expect(versions.map((version: any) => [version.content, version.sensitive])).toEqual([
    ['<p>First</p>', false],
    ['<p>Second</p>', true],
  ])
  expect(check('StatusSource', await alice.get(`/api/v1/statuses/${id}/source`)).text).toBe('Second')
  expect((await bob.call('GET', `/api/v1/statuses/${id}/source`)).status).toBe(404)
})

test('A deleted post answers what was written, with its poll, and is gone', async () => {
  const poll = { options: ['Tea', 'Coffee'], expires_in: 3600, multiple: true }
  const { id } = await say(alice, 'Which?', { spoiler_text: 'a question', poll })
  expect((await bob.call('DELETE', `/api/v1/statuses/${id}`)).status).toBe(404)
  const deleted = await alice.call('DELETE', `/api/v1/statuses/${id}`)
  check('DeletedStatus', deleted.body)
  expect(deleted.body).toMatchObject({ text: 'Which?', spoiler_text: 'a question' })
  expect(deleted.body.poll.options.map((option: any) => option.title)).toEqual(['Tea', 'Coffee'])
  expect((await alice.call('GET', `/api/v1/statuses/${id}`)).status).toBe(404)
})

test('Several posts are read at once, in the order that was asked for', async () => {
  const one = await say(alice, 'One')
  const two = await say(alice, 'Two')
  const both = checkAll(
    'Status',
    await nobody(server).get(`/api/v1/statuses?id[]=${two.id}&id[]=${one.id}&id[]=7`),
  )
  expect(both.map((status: any) => status.id)).toEqual([two.id, one.id])
})

test('A thread stands around a post; nobody in particular gets sixty answers of it', async () => {
  const root = await say(alice, 'Root')
  const middle = await say(bob, 'Middle', { in_reply_to_id: root.id })
  for (let index = 0; index < 62; index++) await say(alice, `Leaf ${index}`, { in_reply_to_id: middle.id })
  const context = check('Context', await alice.get(`/api/v1/statuses/${middle.id}/context`))
  expect(context.ancestors.map((status: any) => status.id)).toEqual([root.id])
  expect(context.descendants.length).toBe(62)
  expect(context.descendants[0]).toMatchObject({
    in_reply_to_id: middle.id,
    in_reply_to_account_id: bob.actor.id,
  })
  const anonymous = await nobody(server).get(`/api/v1/statuses/${middle.id}/context`)
  expect(anonymous.descendants.length).toBe(60)
  expect((await alice.get(`/api/v1/statuses/${root.id}`)).replies_count).toBe(1)
})

test('What a post does not say of itself, its author has said before', async () => {
  const dora = await signUp(server, 'dora')
  const preferences = { visibility: 'unlisted', sensitive: true, language: 'de', quotePolicy: 'nobody' }
  const { db } = server.ctx
  await db.updateTable('users').set({ preferences }).where('accountId', '=', dora.actor.id).execute()
  const usual = await say(dora, 'As ever')
  expect(usual).toMatchObject({ visibility: 'unlisted', sensitive: true, language: 'de' })
  expect(usual.quote_approval.automatic).toEqual([])
  const other = { visibility: 'public', sensitive: 'false', language: 'en', quote_approval_policy: 'public' }
  const said = await say(dora, 'Otherwise', other)
  expect(said).toMatchObject({ visibility: 'public', sensitive: false, language: 'en' })
  expect(said.quote_approval.automatic).toEqual(['public'])
})

test('A poll that is sent again with an edit keeps its votes, and one that is not is taken away', async () => {
  const poll = { options: ['Tea', 'Coffee'], expires_in: 3600 }
  const { id } = await say(alice, 'Which?', { poll })
  await bob.post(`/api/v1/polls/${id}/votes`, { choices: [0] })
  const again = await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Which one?', poll })
  expect(again.body.poll).toMatchObject({ votes_count: 1, multiple: false })
  const without = await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Never mind' })
  expect(check('AuthenticatedStatus', without.body).poll).toBeNull()
  const [first] = await alice.get(`/api/v1/statuses/${id}/history`)
  expect(first.poll.options).toEqual([{ title: 'Tea' }, { title: 'Coffee' }])
})

test('What cannot be attached, and a time that is none, are refused, and nothing is posted', async () => {
  const before = await countPosts(server.ctx.db, alice.actor.id)
  for (const more of [{ media_ids: ['123'] }, { scheduled_at: 'some day' }]) {
    const answer = await alice.call('POST', '/api/v1/statuses', { status: 'x', ...more })
    expect([answer.status, answer.body.error]).toEqual([
      422,
      expect.stringMatching(/^(Validation failed: |Media 123 not found)/),
    ])
  }
  expect(await countPosts(server.ctx.db, alice.actor.id)).toBe(before)
})
