import { expect, test } from 'vitest'
import { createRestAPIClient, createStreamingAPIClient } from 'masto'
import { createStreamingAPIClient as createStreamingAPIClient7 } from 'masto7'
import { StreamHub } from '../../../src/api/streaming/hub.ts'
import { readSubscription, keyOf } from '../../../src/api/streaming/streams.ts'
import type { Connection } from '../../../src/api/streaming/connection.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { signUp } from '../../support/api.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'
import { listen, read, tokenOf, urlOf } from './kit.ts'

test('What happens in one process is told by another that shares its database', async () => {
  await using one = await startServer()
  await using two = await startServer({
    connectionString: one.connectionString,
    env: { ORIGIN: one.origin, SECRET_FILE: one.ctx.config.secretFile },
  })
  const alice = await signUp(one, 'alice')
  const socket = await listen(two, await tokenOf(two, alice.actor), 'stream=user')
  await socket.ready()
  const { id } = await alice.post('/api/v1/statuses', { status: 'from here to there' })
  expect(read(await socket.next('update')).id).toBe(id)
  socket.socket.terminate()
})

test('A server that stops says goodbye', async () => {
  const server = await startServer()
  const alice = await signUp(server, 'alice')
  const token = await tokenOf(server, alice.actor)
  const socket = await listen(server, token, 'stream=user')
  const events = await fetch(`${server.origin}/api/v1/streaming/user?access_token=${token}`)
  await server[Symbol.asyncDispose]()
  expect(await socket.closed()).toBe(1001)
  expect(await events.text()).toBe(':)\n')
})

test('What arrives from elsewhere is told to followers, and to public streams only what is public', async () => {
  await using server = await startServer()
  await using remote = await startRemoteServer()
  const [alice, carol] = [await signUp(server, 'alice'), await signUp(server, 'carol')]
  const rita = await remote.addActor('rita')
  const known = await server.ctx.remote.resolveActor(rita.uri)
  await followActor(server.ctx, alice.actor, known!)
  await server.settle()
  const follow = remote.received('Follow')[0]
  const context = 'https://www.w3.org/ns/activitystreams'
  const accept = {
    '@context': context,
    id: `${rita.uri}#accept`,
    type: 'Accept',
    actor: rita.uri,
    object: follow,
  }
  await rita.post({ ...server }, accept)
  await server.settle()
  const home = await listen(server, await tokenOf(server, alice.actor), 'stream=user')
  const open = await listen(server, await tokenOf(server, carol.actor), 'stream=public:remote')
  await home.ready()
  await open.ready()
  const hoursAgo = (hours: number) => new Date(server.ctx.now().getTime() - hours * 3600_000).toISOString()
  const tell = async (name: string, to: string, published = hoursAgo(0)) => {
    const id = `${rita.uri}/${name}`
    const note = { id, type: 'Note', attributedTo: rita.uri, content: name, to: [to], published }
    const activity = {
      '@context': context,
      id: `${id}/act`,
      type: 'Create',
      actor: rita.uri,
      to: [to],
      object: note,
    }
    await rita.post({ ...server }, activity)
    await server.settle()
  }
  const passOn = async (name: string, object: string, published: string) => {
    const id = `${rita.uri}/${name}`
    const to = [`${context}#Public`]
    await rita.post(
      { ...server },
      { '@context': context, id, type: 'Announce', actor: rita.uri, to, published, object },
    )
    await server.settle()
  }
  await tell('old', `${context}#Public`, hoursAgo(7))
  await tell('quiet', `${rita.uri}/followers`, hoursAgo(5))
  const { id: hers } = await carol.post('/api/v1/statuses', { status: 'by carol', visibility: 'unlisted' })
  await passOn('late-boost', `${server.origin}/users/carol/statuses/${hers}`, hoursAgo(7))
  await passOn('boost', `${rita.uri}/old`, hoursAgo(1))
  await tell('loud', `${context}#Public`)
  await home.next('update', ({ uri }) => uri === `${rita.uri}/loud`)
  await open.next('update', ({ uri }) => uri === `${rita.uri}/loud`)
  const urisOf = (frames: typeof home.frames) =>
    frames.filter(({ event }) => event === 'update').map((frame) => read(frame).uri)
  expect(urisOf(home.frames)).toEqual(['quiet', 'boost', 'loud'].map((name) => `${rita.uri}/${name}`))
  const shown = await alice.get('/api/v1/timelines/home')
  expect(shown.map(({ uri }: { uri: string }) => uri)).toEqual(
    expect.arrayContaining(['old', 'late-boost'].map((name) => `${rita.uri}/${name}`)),
  )
  expect(urisOf(open.frames)).toEqual([`${rita.uri}/loud`])
  const gone = {
    '@context': context,
    id: `${rita.uri}/gone`,
    type: 'Delete',
    actor: rita.uri,
    object: `${rita.uri}/quiet`,
  }
  await rita.post({ ...server }, gone)
  expect((await home.next('delete')).payload).toBe(
    read(home.frames.find(({ event }) => event === 'update')!).id,
  )
  expect(open.frames.filter(({ event }) => event === 'delete')).toEqual([])
  for (const { socket } of [home, open]) socket.terminate()
})

test.each([
  ['masto 8', createStreamingAPIClient],
  ['masto 7', createStreamingAPIClient7],
])('%s hears of a home, a tag and what is local', async (_, create) => {
  await using server = await startServer()
  const alice = await signUp(server, 'alice')
  const accessToken = await tokenOf(server, alice.actor, ['read', 'write'])
  const rest = createRestAPIClient({ url: server.origin, accessToken })
  const streaming = create({ streamingApiUrl: urlOf(server), accessToken })
  const streams = {
    home: streaming.user.subscribe(),
    tag: streaming.hashtag.subscribe({ tag: 'Masto' }),
    own: streaming.public.local.subscribe(),
  }
  const firstOf = async (events: AsyncIterable<any>) => {
    for await (const event of events) return event
  }
  const heard = Promise.all([streams.home, streams.tag, streams.own].map(firstOf))
  await until('the app to listen', () => server.streaming.hub.subscriptions >= 3)
  const status = await rest.v1.statuses.create({ status: 'hello #masto' })
  for (const event of await heard) expect([event.event, event.payload.id]).toEqual(['update', status.id])
  for (const stream of Object.values(streams)) stream.unsubscribe()
  streaming.close()
})

test('Any number of listeners costs the same few queries', async () => {
  await using server = await startServer()
  const members = await Promise.all(Array.from({ length: 12 }, (_, n) => signUp(server, `member${n}`)))
  const { id } = await members[0]!.post('/api/v1/statuses', { status: 'for everybody' })
  let queries = 0
  const counter = {
    transformQuery: ({ node }: any) => {
      queries++
      return node
    },
    transformResult: async ({ result }: any) => result,
  }
  const costOf = async (viewers: readonly Actor[], each: number) => {
    const hub = new StreamHub({ ...server.ctx, db: server.ctx.db.withPlugin(counter) })
    let told = 0
    const subscription = readSubscription({ stream: 'public' }, ['read'])
    for (const viewer of viewers) {
      for (let n = 0; n < each; n++) {
        const connection: Connection = {
          ...{ viewer, network: '127.0.0.1', token: { id: '1', scopes: ['read'] } },
          subscriptions: new Map([[keyOf(subscription), subscription]]),
          send: () => told++,
          ...{ close: () => undefined, ping: () => undefined },
        }
        hub.add(connection)
      }
    }
    queries = 0
    hub.receive(JSON.stringify([{ event: 'update', statusId: id }]))
    await hub.settle()
    return { queries, told }
  }
  const one = await costOf([members[0]!.actor], 1)
  const many = await costOf(
    members.map(({ actor }) => actor),
    84,
  )
  expect(one.told).toBe(1)
  expect(many.told).toBe(12 * 84)
  expect(many.queries).toBe(one.queries)
  expect((await costOf([], 0)).queries).toBe(0)
})
