import { createConnection } from 'node:net'
import { once } from 'node:events'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { endAllAccess } from '../../../src/domain/auth/end-all-access.ts'
import { transact } from '../../../src/db/transact.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { signUp, type ApiMember } from '../../support/api.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'
import { listen, opened, read, refusal, tokenOf, urlOf, words, type Socket } from './kit.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  await followActor(server.ctx, alice.actor, bob.actor)
})
afterAll(() => server?.[Symbol.asyncDispose]())

const say = (member: ApiMember, status: string) => member.post('/api/v1/statuses', { status })

test('A token is taken from the header, the address or the protocol, which is confirmed', async () => {
  const token = await tokenOf(server, alice.actor)
  const authorization = `Bearer ${token}`
  const byHeader = await opened(new WebSocket(urlOf(server, '?stream=user'), { headers: { authorization } }))
  const byAddress = await listen(server, token, 'stream=user')
  const byProtocol = await opened(new WebSocket(urlOf(server, '?stream=user'), token))
  expect(byProtocol.socket.protocol).toBe(token)
  for (const socket of [byHeader, byAddress, byProtocol]) await socket.ready()
  const { id } = await say(bob, 'for all three')
  for (const socket of [byHeader, byAddress, byProtocol]) {
    expect(read(await socket.next('update')).id).toBe(id)
    socket.socket.terminate()
  }
})

test('Nobody is let in without the token of a member, and no other address is', async () => {
  const rows = [
    [urlOf(server), 401],
    [urlOf(server, '?stream=public'), 401],
    [urlOf(server, '?access_token=wrong'), 401],
  ] as const
  for (const [url, status] of rows) expect(await refusal(new WebSocket(url))).toBe(status)
  const elsewhere = server.origin.replace('http', 'ws') + '/api/v1/streaming/user'
  expect(await refusal(new WebSocket(elsewhere))).toBe(401)
  expect((await fetch(`${server.origin}/api/v1/streaming`)).status).toBe(404)
})

test('Another kind of upgrade is an ordinary request', async () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: h2c', 'Host: localhost']
  const socket = createConnection(server.port, '127.0.0.1')
  socket.write(`GET /health/live HTTP/1.1\r\n${upgrade.join('\r\n')}\r\n\r\n`)
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /)
  socket.destroy()
})

test('What cannot be understood is answered with an error, and the socket stays', async () => {
  const socket = await listen(server, await tokenOf(server, alice.actor))
  for (const frame of ['{', '[', 'null', '"subscribe"']) socket.socket.send(frame)
  socket.subscribe('local')
  socket.subscribe('__proto__')
  socket.subscribe('hashtag')
  socket.subscribe('list', { list: 'x' })
  socket.subscribe('list', { list: '123' })
  socket.subscribe('user')
  await socket.ready()
  expect(socket.frames.map(({ error, status }) => [error, status])).toEqual([
    ...Array(4).fill(['Invalid JSON', 400]),
    ['Unknown stream type', 400],
    ['Unknown stream type', 400],
    ['Missing tag name parameter', 400],
    ['Missing list name parameter', 400],
    ['Record not found', 404],
    ['Unknown frame type', 400],
  ])
  await say(bob, 'still there')
  await socket.next('update')
  socket.socket.terminate()
})

test('Frames that are binary, too long or too many end the connection', async () => {
  const token = await tokenOf(server, alice.actor)
  const [binary, long, many] = [
    await listen(server, token),
    await listen(server, token),
    await listen(server, token),
  ]
  binary.socket.send(Buffer.from('{}'))
  long.socket.send(' '.repeat(5000))
  for (let n = 0; n < 150; n++) many.socket.send('{"type":"subscribe","stream":"user"}')
  expect(await Promise.all([binary.closed(), long.closed(), many.closed()])).toEqual([1003, 1009, 1008])
})

test('A token that is revoked ends what it opened within a second, and nothing else', async () => {
  const [ending, staying] = [await tokenOf(server, alice.actor), await tokenOf(server, alice.actor)]
  const [first, other] = [
    await listen(server, ending, 'stream=user'),
    await listen(server, staying, 'stream=user'),
  ]
  const events = await fetch(`${server.origin}/api/v1/streaming/user?access_token=${ending}`)
  await other.ready()
  const begun = performance.now()
  await transact(server.ctx, async (tx) => {
    const { revokeTokenById } = await import('../../../src/store/tokens.ts')
    const held = await tx.db.selectFrom('accessTokens').select('id').orderBy('id', 'desc').limit(2).execute()
    await revokeTokenById(tx.db, held[1]!.id, tx.now())
  })
  expect(await first.closed()).toBe(1008)
  await events.text()
  expect(performance.now() - begun).toBeLessThan(1000)
  expect(await refusal(new WebSocket(urlOf(server, `?access_token=${ending}`)))).toBe(401)
  const { id } = await say(bob, 'after it')
  expect(read(await other.next('update')).id).toBe(id)
  other.socket.terminate()
})

test('A member who is signed out everywhere, or may not act, is not told any more', async () => {
  const carol = await signUp(server, 'carol')
  const first = await listen(server, await tokenOf(server, carol.actor), 'stream=public')
  await transact(server.ctx, (tx) => endAllAccess(tx, carol.actor.id))
  expect(await first.closed()).toBe(1008)
  const token = await tokenOf(server, carol.actor)
  const second = await listen(server, token, 'stream=public')
  await server.ctx.db
    .updateTable('users')
    .set({ disabledAt: new Date() })
    .where('accountId', '=', carol.actor.id)
    .execute()
  expect(await second.closed()).toBe(1008)
  expect(await refusal(new WebSocket(urlOf(server, `?access_token=${token}`)))).toBe(403)
})

test('Whoever does not read is disconnected, and the others are told', async () => {
  const dave = await signUp(server, 'dave')
  const [slow, quick] = [
    await listen(server, await tokenOf(server, dave.actor)),
    await listen(server, await tokenOf(server, alice.actor), 'stream=hashtag&tag=flood'),
  ]
  const tags = Array.from({ length: 32 }, (_, n) => `flood${n}`)
  for (const tag of tags) for (const name of ['hashtag', 'hashtag:local']) slow.subscribe(name, { tag })
  await slow.ready()
  await until('the sockets to be there', () => server.streaming.hub.size >= 2)
  const before = server.streaming.hub.size
  slow.socket.pause()
  const text = 'é&'.repeat(1500)
  await until('the slow one to be gone', async () => {
    await say(bob, `${text} ${tags.map((tag) => `#${tag}`).join(' ')}`)
    return server.streaming.hub.size < before
  })
  await say(bob, 'the end #flood')
  await until('the end', () => words(quick, 'hashtag flood').at(-1) === 'the end #flood')
  slow.socket.terminate()
  quick.socket.terminate()
})

test('A connection that PostgreSQL ends is opened again, and what is revoked meanwhile ends', async () => {
  const token = await tokenOf(server, alice.actor)
  const socket = await listen(server, token, 'stream=user')
  await socket.ready()
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where application_name = 'holdfast session' and datname = current_database()`.execute(server.ctx.db)
  await until('something to arrive again', async () => {
    const { id } = await say(bob, 'are you there')
    await socket.ready()
    return socket.frames.some((frame) => frame.event === 'update' && read(frame).id === id)
  })
  socket.socket.terminate()
})

test('A socket for each tab, but not without end', async () => {
  const erin = await signUp(server, 'erin')
  const token = await tokenOf(server, erin.actor)
  const sockets = await Promise.all(Array.from({ length: 32 }, () => listen(server, token)))
  expect(await refusal(new WebSocket(urlOf(server, `?access_token=${token}`)))).toBe(429)
  sockets[0]!.socket.terminate()
  await until('room for one more', async () => {
    const one = await listen(server, token).catch(() => undefined)
    if (one !== undefined) sockets.push(one)
    return one
  })
  for (const { socket } of sockets) socket.terminate()
})

test('Whoever left before they were let in takes no place', async () => {
  const frank = await signUp(server, 'frank')
  const token = await tokenOf(server, frank.actor)
  const at = `${server.origin}/api/v1/streaming/user?access_token=${token}`
  const leaving = new AbortController()
  const asking = () =>
    Promise.allSettled(Array.from({ length: 33 }, () => fetch(at, { signal: leaving.signal })))
  const asked = await server.ctx.db.transaction().execute(async (tx) => {
    await sql`lock table access_tokens in access exclusive mode`.execute(tx)
    const all = asking()
    await until('them to wait', async () => {
      const { rows } =
        await sql`select from pg_locks where not granted and relation = 'access_tokens'::regclass`.execute(tx)
      return rows.length > 0
    })
    leaving.abort()
    return all
  })
  expect(new Set(asked.map(({ status }) => status))).toEqual(new Set(['rejected']))
  const stop = new AbortController()
  expect((await fetch(at, { signal: stop.signal })).status).toBe(200)
  stop.abort()
})

test('A member listens to so many streams on all sockets together', async () => {
  const greta = await signUp(server, 'greta')
  const token = await tokenOf(server, greta.actor)
  const subscribed = async (count: number) => {
    const socket = await listen(server, token)
    for (let n = 0; n < count; n++) socket.subscribe('hashtag', { tag: `t${n}` })
    await socket.ready()
    return socket
  }
  const refusals = ({ frames }: Socket) => frames.filter(({ status }) => status === 429).length
  const sockets = await Promise.all([80, 80, 80, 80, 80].map(subscribed))
  expect(sockets.map(refusals)).toEqual([0, 0, 0, 0, 0])
  const last = await listen(server, token, 'stream=user')
  await last.ready()
  expect(refusals(last)).toBe(1)
  sockets[0]!.unsubscribe('hashtag', { tag: '#T7' })
  await sockets[0]!.ready()
  last.subscribe('user')
  await last.ready()
  expect(refusals(last)).toBe(1)
  for (const { socket } of [...sockets, last]) socket.terminate()
})

test('Streams are there as Server-Sent Events, one for each request', async () => {
  const at = `${server.origin}/api/v1/streaming`
  expect(await (await fetch(`${at}/health`)).text()).toBe('OK')
  const token = await tokenOf(server, alice.actor)
  expect((await fetch(`${at}/user`)).status).toBe(401)
  expect((await fetch(`${at}/hashtag?access_token=${token}`)).status).toBe(400)
  expect((await fetch(`${at}/local?access_token=${token}`)).status).toBe(404)
  const stop = new AbortController()
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${at}/hashtag/local?tag=sse`, { headers, signal: stop.signal })
  expect(
    [...'content-type x-accel-buffering access-control-allow-origin'.split(' ')].map((name) =>
      answer.headers.get(name),
    ),
  ).toEqual(['text/event-stream', 'no', '*'])
  const chunks = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = (await chunks.read()).value ?? ''
  expect(text).toBe(':)\n')
  const { id } = await say(bob, 'for #sse')
  while (!text.endsWith('\n\n')) text += (await chunks.read()).value ?? ''
  const [, event, data] = /^:\)\nevent: (.*)\ndata: (.*)\n\n$/.exec(text) ?? []
  expect([event, JSON.parse(data!).id]).toEqual(['update', id])
  stop.abort()
})
