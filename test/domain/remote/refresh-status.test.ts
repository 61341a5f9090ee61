import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { refreshStatus } from '../../../src/domain/remote/refresh-status.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createMember } from '../../support/people.ts'
import { startRemoteServer, type RemoteActor, type RemoteServer } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { serveNote } from '../threads/support.ts'

let server: TestServer
let home: RemoteServer
let alice: RemoteActor
let note: Record<string, any>
let id: string
let clock = 0
let serial = 0

const day = 24 * 3600_000

beforeAll(async () => {
  server = await startServer({ parts: { now: () => new Date(Date.now() + clock) } })
  home = await startRemoteServer()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await home?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  clock = 0
  alice = await home.addActor(`alice${++serial}`)
  note = serveNote(home, alice)
  id = (await server.ctx.remote.resolveStatus(note['id']))!.id
  await server.settle()
  clock = day + 1000
  home.arrivals.length = 0
})

const path = () => new URL(note['id']).pathname
const answer = (status: number) =>
  home.serve(path(), (_request, response) => response.writeHead(status).end())

test('A post is asked for again after a day, and said otherwise where it is', async () => {
  clock = 0
  note['content'] = '<p>Changed</p>'
  note['updated'] = new Date(Date.now() + 1000).toISOString()
  expect(await refreshStatus(server.ctx, id)).toMatchObject({ content: '<p>Hello</p>' })
  expect(home.fetched()).toEqual([])
  clock = day + 1000
  expect(await refreshStatus(server.ctx, id)).toMatchObject({ content: '<p>Changed</p>' })
  await refreshStatus(server.ctx, id)
  expect(home.fetched()).toEqual([path()])
})

test('What is as it was is not taken for edited, and its audience stays', async () => {
  note['to'] = [`${alice.uri}/followers`]
  note['cc'] = []
  const refreshed = await refreshStatus(server.ctx, id)
  expect(refreshed).toMatchObject({ editedAt: null, visibility: 'public' })
  expect(refreshed!.fetchedAt!.getTime()).toBeGreaterThan(Date.now() + day / 2)
})

test.each([404, 403, 500, 503])(
  'A post stays when its server answers %d, and is not asked twice',
  async (status) => {
    answer(status)
    for (let count = 0; count < 3; count++)
      expect(await refreshStatus(server.ctx, id)).toMatchObject({ id, content: '<p>Hello</p>' })
    expect(home.fetched()).toEqual([path()])
  },
)

test('A post stays when something else is served in its place', async () => {
  const stranger = await home.addActor(`stranger${serial}`)
  home.serve(path(), { ...note, attributedTo: stranger.uri, content: '<p>Mine</p>' })
  expect(await refreshStatus(server.ctx, id)).toMatchObject({ content: '<p>Hello</p>' })
})

test.each(['410', 'a tombstone'])(
  'A post goes when its own server answers %s, and comes back no more',
  async (how) => {
    if (how === '410') answer(410)
    else home.serve(path(), { '@context': note['@context'], id: note['id'], type: 'Tombstone' })
    expect(await refreshStatus(server.ctx, id)).toBeUndefined()
    expect(await findRemoteStatus(server.ctx.db, note['id'])).toBeUndefined()
    home.serve(path(), note)
    expect(await server.ctx.remote.resolveStatus(note['id'])).toBeUndefined()
  },
)

test('A post of ours is as it is here', async () => {
  const bob = await createMember(server.ctx, `bob${serial}`)
  const post = await createPost(server.ctx, bob, { text: 'Hello', visibility: 'public' })
  expect(await refreshStatus(server.ctx, post.id)).toMatchObject({ id: post.id })
  expect(await refreshStatus(server.ctx, '1')).toBeUndefined()
  expect(home.arrivals).toEqual([])
})
