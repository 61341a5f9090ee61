import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { transact } from '../../../src/db/transact.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { muteActor } from '../../../src/domain/mutes/mute-actor.ts'
import { publishEvent } from '../../../src/store/stream-events.ts'
import { check } from '../../contract/check.ts'
import { signUp, type ApiMember } from '../../support/api.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { listen, read, tokenOf, words, type Socket } from './kit.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember
let carol: ApiMember
const open: Socket[] = []

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  carol = await signUp(server, 'carol')
  await followActor(server.ctx, alice.actor, bob.actor)
})
afterAll(async () => {
  for (const { socket } of open) socket.terminate()
  await server?.[Symbol.asyncDispose]()
})

const say = (member: ApiMember, status: string, more: object = {}) =>
  member.post('/api/v1/statuses', { status, ...more })

async function listening(member: ApiMember, ...streams: (string | [string, object])[]): Promise<Socket> {
  const socket = await listen(server, await tokenOf(server, member.actor))
  open.push(socket)
  for (const stream of streams) socket.subscribe(...([stream].flat() as [string, object]))
  await socket.ready()
  socket.frames.length = 0
  return socket
}

/** Something that arrives on every stream of statuses that anybody listens to, after everything before it. */
async function lastOf(socket: Socket, stream: string, by: ApiMember): Promise<void> {
  const { id } = await say(by, 'the end #end')
  await socket.next('update', (payload, frame) => payload.id === id && frame.stream?.[0] === stream)
}

test('A home is told what those said who are followed, how they change it and that they take it back', async () => {
  const socket = await listening(alice, 'user')
  await say(carol, 'not followed')
  const { id } = await say(bob, 'hello')
  const arrived = await socket.next('update')
  expect(arrived.stream).toEqual(['user'])
  const status = check('AuthenticatedStatus', read(arrived))
  expect(status).toEqual(await alice.get(`/api/v1/statuses/${id}`))
  await bob.call('PUT', `/api/v1/statuses/${id}`, { status: 'goodbye' })
  expect(read(await socket.next('status.update'))).toMatchObject({ id, content: '<p>goodbye</p>' })
  await bob.call('DELETE', `/api/v1/statuses/${id}`)
  expect((await socket.next('delete')).payload).toBe(id)
  expect(words(socket, 'user')).toEqual(['hello'])
})

test('What is for followers reaches them, and no public stream and no stranger', async () => {
  const [follower, stranger] = [
    await listening(alice, 'user', 'public', ['hashtag', { tag: 'secret' }]),
    await listening(carol, 'user', 'public', 'public:local', ['hashtag', { tag: 'secret' }]),
  ]
  for (const visibility of ['private', 'unlisted', 'direct'])
    await say(bob, `${visibility} #secret`, { visibility })
  await lastOf(stranger, 'public', bob)
  await lastOf(follower, 'user', bob)
  expect(words(follower, 'user').slice(0, 2)).toEqual(['private #secret', 'unlisted #secret'])
  expect(words(follower, 'public').filter((text) => text.includes('secret'))).toEqual([])
  for (const stream of ['user', 'public', 'public:local', 'hashtag secret'])
    expect(words(stranger, stream).filter((text) => text.includes('secret'))).toEqual([])
})

test('Public streams tell what was said in public, by where it is from, and no boosts and answers', async () => {
  const socket = await listening(alice, 'public', 'public:local', 'public:remote', 'public:media')
  const { id } = await say(carol, 'in public')
  await say(bob, '@carol an answer', { in_reply_to_id: id })
  await bob.post(`/api/v1/statuses/${id}/reblog`)
  await lastOf(socket, 'public', carol)
  await lastOf(socket, 'public:local', carol)
  expect(words(socket, 'public').slice(0, 2)).toEqual(['in public', 'the end #end'])
  expect(words(socket, 'public:local').slice(0, 2)).toEqual(['in public', 'the end #end'])
  expect(words(socket, 'public:remote')).toEqual([])
  expect(words(socket, 'public:media')).toEqual([])
})

test('A tag and a list are named as they were asked for', async () => {
  const list = await alice.post('/api/v1/lists', { title: 'A list', replies_policy: 'none' })
  await alice.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [bob.actor.id] })
  const socket = await listening(alice, ['hashtag', { tag: 'Foo' }], ['list', { list: list.id }])
  await say(bob, 'about #foo')
  await say(carol, 'also #FOO')
  const { id } = await say(carol, 'neither')
  await say(bob, '@carol an answer', { in_reply_to_id: id })
  await lastOf(socket, 'list', bob)
  expect(words(socket, 'hashtag Foo')).toEqual(['about #foo', 'also #FOO'])
  expect(words(socket, `list ${list.id}`)).toEqual(['about #foo', 'the end #end'])
  const foreign = await listening(carol)
  foreign.subscribe('list', { list: list.id })
  await foreign.ready()
  expect(foreign.frames[0]).toEqual({ error: 'Record not found', status: 404 })
})

test('A tag is one stream however it is written, under the name that came first', async () => {
  const socket = await listening(
    alice,
    'user',
    ['hashtag', { tag: 'Bar' }],
    ['hashtag', { tag: '#BAR' }],
    ['hashtag', { tag: 'bar' }],
  )
  const { id } = await say(bob, 'about #bar')
  await lastOf(socket, 'user', bob)
  const told = socket.frames.filter((frame) => frame.event === 'update' && read(frame).id === id)
  expect(new Set(told.map(({ stream }) => stream?.join(' ')))).toEqual(new Set(['hashtag Bar', 'user']))
  expect(told).toHaveLength(2)
  socket.unsubscribe('hashtag', { tag: 'baR' })
  await socket.ready()
  await say(bob, 'once more about #bar')
  await lastOf(socket, 'user', bob)
  expect(words(socket, 'hashtag Bar')).toEqual(['about #bar'])
})

test('Whoever is blocked or muted is not heard from that moment on', async () => {
  const dave = await signUp(server, 'dave')
  const socket = await listening(dave, 'public')
  await say(bob, 'heard')
  await socket.next('update')
  await muteActor(server.ctx, dave.actor, bob.actor, { hidesNotifications: true, seconds: 0 })
  await blockActor(server.ctx, dave.actor, carol.actor)
  await say(bob, 'muted')
  await say(carol, 'blocked')
  await lastOf(socket, 'public', alice)
  expect(words(socket, 'public')).toEqual(['heard', 'the end #end'])
})

test('What a filter matches is marked, from the moment that it is made', async () => {
  const socket = await listening(alice, 'user')
  const filter = { title: 'No fish', context: ['home'], keywords_attributes: [{ keyword: 'fish' }] }
  await alice.post('/api/v2/filters', filter)
  expect(await socket.next('filters_changed')).toEqual({ stream: ['user'], event: 'filters_changed' })
  await say(bob, 'a fish')
  const { filtered } = read(await socket.next('update'))
  expect(filtered).toMatchObject([{ filter: { title: 'No fish' }, keyword_matches: ['fish'] }])
})

test('Notifications come on two streams, for scopes that read them', async () => {
  const { id } = await say(alice, 'like this')
  const socket = await listening(alice, 'user', 'user:notification')
  const narrow = await listen(server, await tokenOf(server, alice.actor, ['read:statuses']), 'stream=user')
  narrow.subscribe('user:notification')
  await narrow.ready()
  expect(narrow.frames[0]).toEqual({
    error: 'Access token does not have the required scopes',
    status: 401,
  })
  await bob.post(`/api/v1/statuses/${id}/favourite`)
  for (const stream of ['user', 'user:notification']) {
    const frame = await socket.next('notification', (_, { stream: on }) => on?.[0] === stream)
    expect(check('Notification', read(frame))).toMatchObject({ type: 'favourite', status: { id } })
  }
  await lastOf(narrow, 'user', bob)
  expect(narrow.frames.filter(({ event }) => event === 'notification')).toEqual([])
  narrow.socket.terminate()
})

test('A direct post is a conversation of those who have part in it', async () => {
  const [theirs, others] = [await listening(alice, 'direct'), await listening(carol, 'direct', 'public')]
  const { id } = await say(bob, '@alice between us', { visibility: 'direct' })
  const frame = await theirs.next('conversation')
  expect(frame.stream).toEqual(['direct'])
  expect(check('Conversation', read(frame))).toMatchObject({ unread: true, last_status: { id } })
  await lastOf(others, 'public', bob)
  expect(others.frames.map(({ event }) => event)).toEqual(['update'])
})

test('A boost that is taken back is gone', async () => {
  const { id } = await say(carol, 'boost this')
  const socket = await listening(alice, 'user')
  const boost = await bob.post(`/api/v1/statuses/${id}/reblog`)
  expect(read(await socket.next('update'))).toMatchObject({ id: boost.id, reblog: { id } })
  await bob.post(`/api/v1/statuses/${id}/unreblog`)
  expect((await socket.next('delete')).payload).toBe(boost.id)
})

test('A stream that is not wanted any more tells nothing', async () => {
  const socket = await listening(alice, 'user', 'public')
  socket.unsubscribe('user')
  await socket.ready()
  await say(bob, 'unheard at home')
  await lastOf(socket, 'public', bob)
  expect(words(socket, 'user')).toEqual([])
})

test('What was set aside is told of when it is accepted, and not before', async () => {
  const frank = await signUp(server, 'frank')
  const socket = await listening(frank, 'user:notification', 'public')
  await say(carol, '@frank unasked', { visibility: 'direct' })
  await lastOf(socket, 'public', bob)
  expect(socket.frames.map(({ event }) => event)).toEqual(['update'])
  const [{ id }] = await frank.get('/api/v1/notifications/requests')
  await frank.post(`/api/v1/notifications/requests/${id}/accept`)
  expect((await socket.next('notifications_merged')).stream).toEqual(['user:notification'])
})

test('Whoever moderates is told of a report at once', async () => {
  const grace = await signUp(server, 'grace')
  const { db } = server.ctx
  await db.updateTable('users').set({ role: 'moderator' }).where('accountId', '=', grace.actor.id).execute()
  const socket = await listening(grace, 'user:notification')
  const report = await bob.post('/api/v1/reports', { account_id: carol.actor.id, comment: 'Rude' })
  const told = check('Notification', read(await socket.next('notification')))
  expect(told).toMatchObject({
    type: 'admin.report',
    account: { username: 'bob' },
    report: { id: report.id },
  })
})

test('What is announced is for everybody who lives here', async () => {
  const sockets = [await listening(alice, 'user'), await listening(carol, 'user')]
  const reaction = JSON.stringify({ name: '👍', count: 1, announcement_id: '5' })
  await transact(server.ctx, async ({ db }) => {
    publishEvent(db, { event: 'announcement.reaction', payload: reaction })
    publishEvent(db, { event: 'announcement.delete', payload: '5' })
  })
  for (const socket of sockets) {
    expect((await socket.next('announcement.reaction')).payload).toBe(reaction)
    expect((await socket.next('announcement.delete')).payload).toBe('5')
  }
})
