import { expect, test } from 'vitest'
import { muteActor } from '../../src/domain/mutes/mute-actor.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { check, checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')
const carol = await signUp(server, 'carol')
await followActor(server.ctx, alice.actor, bob.actor)

const say = (member: ApiMember, status: string, more: object = {}) =>
  member.post('/api/v1/statuses', { status, ...more })
const words = (statuses: readonly any[]) =>
  statuses.map((status) => (status.reblog ?? status).content.replaceAll(/<[^>]+>/g, ''))
const linkTo = (headers: Headers, rel: string) =>
  new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1] ?? ''

test('A home holds what those said who are followed, page by page, in both directions', async () => {
  for (const text of ['one', 'two', 'three']) await say(bob, text)
  await say(carol, 'not followed')
  const first = await alice.call('GET', '/api/v1/timelines/home?limit=2')
  expect(words(checkAll('AuthenticatedStatus', first.body))).toEqual(['three', 'two'])
  const second = await alice.call('GET', linkTo(first.headers, 'next'))
  expect(words(second.body)).toEqual(['one'])
  expect(words(await alice.get(linkTo(second.headers, 'prev')))).toEqual(['three', 'two'])
  const none = await alice.call('GET', linkTo(first.headers, 'prev'))
  expect([none.body, none.headers.get('link')]).toEqual([[], null])
  expect((await nobody(server).call('GET', '/api/v1/timelines/home')).status).toBe(401)
})

test('What is public is for everybody, without boosts, answers to others and what is hidden from the reader', async () => {
  const mine = await say(carol, 'a public word #kelp')
  await say(carol, 'quiet #kelp', { visibility: 'unlisted' })
  await say(bob, 'an answer', { in_reply_to_id: mine.id })
  await bob.post(`/api/v1/statuses/${mine.id}/reblog`)
  const seen = await nobody(server).get('/api/v1/timelines/public?local=true&limit=2')
  expect(words(checkAll('Status', seen))).toEqual(['a public word #kelp', 'not followed'])
  expect(await nobody(server).get('/api/v1/timelines/public?remote=true')).toEqual([])
  expect(await nobody(server).get('/api/v1/timelines/public?only_media=true')).toEqual([])
  expect(words(await alice.get('/api/v1/timelines/home?limit=1'))).toEqual(['a public word #kelp'])
  await muteActor(server.ctx, alice.actor, carol.actor, { hidesNotifications: true, seconds: 0 })
  expect(words(await alice.get('/api/v1/timelines/public?limit=1'))).toEqual(['three'])
  // Nor does the home show what somebody who is followed answers to a stranger.
  expect(words(await alice.get('/api/v1/timelines/home?limit=1'))).toEqual(['three'])
})

test('A tag is read with others, with all of others, and without others', async () => {
  await say(bob, 'both #kelp #sea')
  await say(bob, 'only #sea')
  const tag = async (query: string) => words(await nobody(server).get(`/api/v1/timelines/tag/${query}`))
  expect(await tag('KELP')).toEqual(['both #kelp #sea', 'a public word #kelp'])
  expect(await tag('kelp?any[]=sea')).toEqual(['only #sea', 'both #kelp #sea', 'a public word #kelp'])
  expect(await tag('kelp?all[]=sea')).toEqual(['both #kelp #sea'])
  expect(await tag('kelp?none[]=sea')).toEqual(['a public word #kelp'])
})

test('A direct post makes a conversation for both, unread for whoever did not write it', async () => {
  const said = await say(bob, '@carol psst', { visibility: 'direct' })
  const [seen] = checkAll('Conversation', await carol.get('/api/v1/conversations')) as any[]
  expect(seen).toMatchObject({ unread: true, last_status: { id: said.id } })
  expect(seen.accounts.map((account: any) => account.acct)).toEqual(['bob'])
  expect(await bob.get('/api/v1/conversations')).toMatchObject([{ unread: false }])
  const read = await carol.post(`/api/v1/conversations/${seen.id}/read`)
  expect(check('Conversation', read)).toMatchObject({ unread: false })
  const answer = await say(carol, '@bob hush', { visibility: 'direct', in_reply_to_id: said.id })
  expect(await bob.get('/api/v1/conversations')).toMatchObject([
    { unread: true, last_status: { id: answer.id } },
  ])
  expect(await alice.get('/api/v1/conversations')).toEqual([])
  expect((await alice.call('DELETE', `/api/v1/conversations/${seen.id}`)).status).toBe(404)
  expect((await carol.call('DELETE', `/api/v1/conversations/${seen.id}`)).status).toBe(200)
  expect(await carol.get('/api/v1/conversations')).toEqual([])
})
