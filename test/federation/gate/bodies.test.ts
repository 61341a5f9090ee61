import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { post, send, type Letter } from '../../support/letters.ts'
import { activityOf, createOf, noteOf, startRemoteServer } from '../../support/remote-server.ts'
import { watchLoop } from '../../support/oracle/process.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const remote = await use(startRemoteServer())
const mal = await remote.addActor('mal')
await mal.post(server, activityOf(mal, 'Follow', { object: `${server.origin}/users/nobody` }))
await server.settle()
remote.arrivals.length = 0

const asMal = () => ({ keyId: mal.keyId, privateKey: mal.privateKey })
const headers = () => ({ host: new URL(server.origin).host, 'content-type': 'application/activity+json' })

async function expectNothingStored(): Promise<void> {
  const { db } = server.ctx
  expect(await db.selectFrom('inboxMessages').select('id').execute()).toEqual([])
  expect(await db.selectFrom('remoteStatuses').select('uri').execute()).toEqual([])
}

describe('a signed body', () => {
  const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`

  it.each<[string, () => Letter['body'], number]>([
    ['null', () => 'null', 400],
    ['[]', () => '[]', 400],
    ['1', () => '1', 400],
    ['{}', () => '{}', 400],
    ['nothing', () => '', 400],
    ['the address of a document', () => JSON.stringify(`${remote.origin}/document`), 400],
    ['half an object', () => '{"actor":', 400],
    ['bytes that are no text', () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400],
    ['a NUL', () => JSON.stringify(activityOf(mal, 'Create', { content: '\u0000' })), 400],
    ['half a character', () => JSON.stringify(activityOf(mal, 'Create', { content: '\ud800' })), 400],
    [
      'a key that is none',
      () => `{"__proto__":{"x":1},${JSON.stringify(activityOf(mal, 'Like')).slice(1)}`,
      400,
    ],
    ['100,000 levels', () => '['.repeat(100_000), 400],
    ['3,000 levels of objects', () => '{"a":'.repeat(3000), 400],
    ['33 levels', () => deep(33), 400],
    ['50,000 values', () => JSON.stringify({ to: Array.from({ length: 50_000 }, () => 1) }), 400],
    ['a name of 200 KB', () => JSON.stringify({ ['x'.repeat(200_000)]: 1 }), 400],
    ['257 KiB', () => Buffer.alloc(257 * 1024, 0x20), 413],
  ])('of %s is refused', async (_name, bodyOf, status) => {
    const body = bodyOf()
    const answer = await post(server, { ...asMal(), body })
    expect(answer.status).toBe(status)
    expect(remote.fetched()).toEqual([])
    await expectNothingStored()
  })

  it.each<[string, object]>([
    ['@graph', { '@graph': [{ type: 'Note', id: 'x' }] }],
    ['@included', { '@included': [{ type: 'Note', id: 'x' }] }],
    ['@reverse', { '@reverse': { actor: 'x' } }],
    [
      'another name for @graph',
      { '@context': ['https://www.w3.org/ns/activitystreams', { g: '@graph' }], g: [{ type: 'Note' }] },
    ],
    ['two types of different families', { type: ['Delete', 'Create'] }],
    [
      'a Note that is a person, too',
      { object: { ...{ id: 'http://x.test/1', type: ['Note', 'Person'] }, content: 'x' } },
    ],
  ])('with %s has no effect', async (_name, changes) => {
    const note = noteOf(mal, { to: [`${server.origin}/users/bob`] })
    const answer = await post(server, { ...asMal(), body: { ...createOf(mal, note), ...changes } })
    expect(answer.status).toBeLessThan(500)
    await server.settle()
    const statuses = await server.ctx.db.selectFrom('remoteStatuses').select('uri').execute()
    expect(statuses).toEqual([])
    await server.ctx.db.deleteFrom('inboxMessages').execute()
  })

  it('has the type of an activity', async () => {
    const body = activityOf(mal, 'Like')
    for (const type of ['text/plain', 'text/html', 'image/png', undefined]) {
      const answer = await post(server, { ...asMal(), body, headers: { 'content-type': type } })
      expect(answer.status).toBe(415)
    }
  })
})

describe('a body', () => {
  it('that does not end is not waited for', { timeout: 20_000 }, async () => {
    const started = performance.now()
    const request = [
      'POST /inbox HTTP/1.1',
      `Host: ${headers().host}`,
      'Content-Type: application/json',
      'Content-Length: 1000',
      '',
      '{',
    ]
    const socket = connect(server.port, '127.0.0.1')
    socket.write(request.join('\r\n'))
    const drip = setInterval(() => socket.write(' '), 500)
    const [answer] = await socket.map(String).take(1).toArray()
    clearInterval(drip)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(performance.now() - started).toBeLessThan(12_000)
  })

  it('that is too long without saying so is cut off', async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, 0x20)
    const sent = send(server.port, {
      method: 'POST',
      path: '/inbox',
      headers: { ...headers(), 'transfer-encoding': 'chunked' },
      body,
    })
    const answer = await sent.catch((error: NodeJS.ErrnoException) => ({ status: error.code }))
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(answer.status)
    await expectNothingStored()
  })

  it('that is not signed is never parsed: many large ones hold nobody up', async () => {
    const tag = Array.from({ length: 5500 }, (_, index) => ({ type: 'Hashtag', name: `#tag${index}` }))
    const body = JSON.stringify(activityOf(mal, 'Create', { tag })).padEnd(256 * 1024)
    const flood = startFlood({ port: server.port, headers: headers(), body, count: 200 })
    const busiestTurn = watchLoop()
    const slowest = await slowestOf(20, () => send(server.port, { path: '/health/live' }))
    const statuses = await flood
    const turnMs = busiestTurn()
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(turnMs).toBeLessThan(200)
    expect(slowest).toBeLessThan(1000)
  })
})

type Flood = { port: number; headers: Record<string, string>; body: string; count: number }

/** Posts all at once from a thread of its own, so that what is measured here is the server; gives the statuses. */
async function startFlood(flood: Flood): Promise<number[]> {
  const program = `
    const { request } = require('node:http')
    const { parentPort, workerData: { port, headers, body, count } } = require('node:worker_threads')
    const post = () => new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path: '/inbox', method: 'POST', headers })
      sent.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
      sent.on('error', () => resolve(0)).end(body)
    })
    Promise.all(Array.from({ length: count }, post)).then((statuses) => parentPort.postMessage(statuses))`
  const worker = new Worker(program, { eval: true, workerData: flood })
  const [statuses] = (await once(worker, 'message')) as [number[]]
  await worker.terminate()
  return statuses
}

/** Milliseconds of the slowest of some requests, one after the other. */
async function slowestOf(count: number, request: () => Promise<unknown>): Promise<number> {
  let slowest = 0
  for (let done = 0; done < count; done++) {
    const started = performance.now()
    await request()
    slowest = Math.max(slowest, performance.now() - started)
  }
  return slowest
}
