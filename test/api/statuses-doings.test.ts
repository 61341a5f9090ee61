import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
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

test.each([
  ['favourite', 'unfavourite', 'favourited'],
  ['bookmark', 'unbookmark', 'bookmarked'],
  ['mute', 'unmute', 'muted'],
])('%s and %s are seen by whoever did so, and may be said twice', async (deed, undoing, flag) => {
  const { id } = await say(alice, 'Do something')
  for (const verb of [deed, deed]) {
    expect(check('AuthenticatedStatus', await bob.post(`/api/v1/statuses/${id}/${verb}`))).toMatchObject({
      id,
      [flag]: true,
    })
  }
  expect((await alice.get(`/api/v1/statuses/${id}`))[flag]).toBe(false)
  for (const verb of [undoing, undoing])
    expect((await bob.post(`/api/v1/statuses/${id}/${verb}`))[flag]).toBe(false)
})

test('A boost is answered as one, with what it boosts; taking it back answers that', async () => {
  const { id } = await say(alice, 'Pass me on', { spoiler_text: 'careful' })
  const boost = check('AuthenticatedStatus', await bob.post(`/api/v1/statuses/${id}/reblog`))
  expect(boost).toMatchObject({
    account: { acct: 'bob' },
    reblogged: true,
    reblog: { id, reblogged: true, reblogs_count: 1, account: { acct: 'alice' }, spoiler_text: 'careful' },
  })
  expect(boost.id).not.toBe(id)
  expect((await bob.post(`/api/v1/statuses/${id}/reblog`)).id).toBe(boost.id)
  const by = checkAll('Account', await nobody(server).get(`/api/v1/statuses/${id}/reblogged_by`))
  expect(by.map((account: any) => account.acct)).toEqual(['bob'])
  expect(await bob.post(`/api/v1/statuses/${id}/unreblog`)).toMatchObject({ id, reblogged: false })
  expect((await bob.call('GET', `/api/v1/statuses/${boost.id}`)).status).toBe(404)
})

test('A boost of an edited answer neither answers nor is edited', async () => {
  const first = await say(bob, 'First')
  const { id } = await say(alice, 'Answer', { in_reply_to_id: first.id })
  await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Better answer' })
  const boost = check('AuthenticatedStatus', await bob.post(`/api/v1/statuses/${id}/reblog`))
  expect(boost).toMatchObject({ in_reply_to_id: null, in_reply_to_account_id: null, edited_at: null })
  expect(boost.reblog).toMatchObject({ in_reply_to_id: first.id, in_reply_to_account_id: bob.actor.id })
  expect(boost.reblog.edited_at).not.toBeNull()
})

test('A boost is for whom its author’s posts are for, unless they say otherwise', async () => {
  const carol = await signUp(server, 'carol_boosts')
  const [one, two] = [await say(alice, 'One'), await say(alice, 'Two')]
  await carol.call('PATCH', '/api/v1/accounts/update_credentials', { source: { privacy: 'private' } })
  expect((await carol.post(`/api/v1/statuses/${one.id}/reblog`)).visibility).toBe('private')
  const open = await carol.post(`/api/v1/statuses/${two.id}/reblog`, { visibility: 'public' })
  expect(open.visibility).toBe('public')
})

test('Favourites and bookmarks are pages by when they were kept', async () => {
  const posts = [await say(alice, 'A'), await say(alice, 'B'), await say(alice, 'C')]
  const [a, b, c] = posts.map(({ id }) => id)
  for (const [deed, list] of [
    ['favourite', 'favourites'],
    ['bookmark', 'bookmarks'],
  ]) {
    for (const id of [c, a, b]) await bob.post(`/api/v1/statuses/${id}/${deed}`)
    const first = await bob.call('GET', `/api/v1/${list}?limit=2`)
    expect(checkAll('AuthenticatedStatus', first.body).map((status: any) => status.id)).toEqual([b, a])
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await bob.call('GET', next)
    expect(second.body[0].id).toBe(c)
    const prev = /<([^>]+)>; rel="prev"/.exec(second.headers.get('link') ?? '')?.[1] ?? ''
    expect((await bob.get(prev)).map((status: any) => status.id)).toEqual([b, a])
    const empty = await bob.call('GET', `/api/v1/${list}?max_id=5`)
    expect([empty.body, empty.headers.get('link')]).toEqual([[], null])
    expect(await alice.get(`/api/v1/${list}`)).toEqual([])
  }
  const by = checkAll('Account', await nobody(server).get(`/api/v1/statuses/${a}/favourited_by`))
  expect(by.map((account: any) => account.acct)).toEqual(['bob'])
})

test('A muted thread is muted everywhere in it, and can be heard again from anywhere', async () => {
  const root = await say(alice, 'Root')
  const answer = await say(alice, 'Answer', { in_reply_to_id: root.id })
  const other = await say(alice, 'Another thread')
  await bob.post(`/api/v1/statuses/${answer.id}/mute`)
  const seen = await bob.get(`/api/v1/statuses?id[]=${root.id}&id[]=${answer.id}&id[]=${other.id}`)
  expect(seen.map((status: any) => status.muted)).toEqual([true, true, false])
  await bob.post(`/api/v1/statuses/${root.id}/unmute`)
  expect((await bob.get(`/api/v1/statuses/${answer.id}`)).muted).toBe(false)
})

test("One's own post is pinned, nobody else's", async () => {
  const { id } = await say(alice, 'Pin me')
  expect(await alice.post(`/api/v1/statuses/${id}/pin`)).toMatchObject({ id, pinned: true })
  expect((await alice.post(`/api/v1/statuses/${id}/unpin`)).pinned).toBe(false)
  const refused = await bob.call('POST', `/api/v1/statuses/${id}/pin`)
  const error = "Validation failed: Someone else's post cannot be pinned"
  expect([refused.status, refused.body]).toEqual([422, { error }])
})

test('Members vote once, and see what they chose', async () => {
  const poll = { options: ['Tea', 'Coffee'], expires_in: '3600', multiple: 'true' }
  const posted = await say(alice, 'Which?', { poll })
  check('AuthenticatedStatus', posted)
  expect(posted.poll).toMatchObject({ id: posted.id, multiple: true, voted: true, own_votes: [] })
  const path = `/api/v1/polls/${posted.id}`
  expect(check('Poll', await nobody(server).get(path))).not.toHaveProperty('voted')
  const answer = await bob.call('POST', `${path}/votes?choices[]=1`)
  check('Poll', answer.body)
  expect(answer.body).toMatchObject({ voted: true, own_votes: [1], votes_count: 1, voters_count: 1 })
  expect(answer.body.options).toEqual([
    { title: 'Tea', votes_count: 0 },
    { title: 'Coffee', votes_count: 1 },
  ])
  for (const [who, choices] of [
    [bob, [0]],
    [alice, [0]],
    [bob, []],
  ] as const) {
    const refused = await who.call('POST', `${path}/votes`, { choices })
    expect([refused.status, refused.body.error]).toEqual([422, expect.stringMatching(/^Validation failed: /)])
  }
  const none = await say(alice, 'No question')
  expect((await bob.call('GET', `/api/v1/polls/${none.id}`)).status).toBe(404)
})

test('Emoji are put under a post, counted, and taken back', async () => {
  const { id } = await say(alice, 'React')
  const path = `/api/v1/pleroma/statuses/${id}/reactions`
  const reacted = await bob.call('PUT', `${path}/${encodeURIComponent('🦭')}`)
  check('AuthenticatedStatus', reacted.body)
  expect(reacted.body.emoji_reactions).toEqual([{ name: '🦭', count: 1, me: true }])
  const [seal] = await alice.get(path)
  expect(seal).toMatchObject({ name: '🦭', count: 1, me: false, accounts: [{ acct: 'bob' }] })
  expect(await alice.get(`${path}/${encodeURIComponent('🦀')}`)).toEqual([])
  const refused = await bob.call('PUT', `${path}/seal`)
  expect(refused.status).toBe(422)
  const removed = await bob.call('DELETE', `${path}/${encodeURIComponent('🦭')}`)
  expect(removed.body.emoji_reactions).toEqual([])
})

test('Who did something with a post is not told to those who do not want to hear of them', async () => {
  const carol = await signUp(server, 'carol')
  const { id } = await say(alice, 'Liked by two')
  for (const who of [bob, carol]) {
    await who.post(`/api/v1/statuses/${id}/favourite`)
    await who.post(`/api/v1/statuses/${id}/reblog`)
    await who.call('PUT', `/api/v1/pleroma/statuses/${id}/reactions/${encodeURIComponent('🐟')}`)
  }
  await blockActor(server.ctx, carol.actor, bob.actor)
  for (const list of ['favourited_by', 'reblogged_by']) {
    const names = async (who: ApiMember) =>
      (await who.get(`/api/v1/statuses/${id}/${list}`)).map((account: any) => account.acct)
    expect([list, await names(alice), await names(carol)]).toEqual([list, ['carol', 'bob'], ['carol']])
  }
  const [reaction] = await carol.get(`/api/v1/pleroma/statuses/${id}/reactions`)
  expect(reaction.accounts.map((account: any) => account.acct)).toEqual(['carol'])
})
