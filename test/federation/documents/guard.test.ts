import type { Express } from 'express'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../../src/app.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { activityType, getSigned, send, type Answer } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { startRemoteServer } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const closed = await use(startServer({ env: { AUTHORIZED_FETCH: 'true' } }))
const remote = await use(startRemoteServer())
const enemyHost = await use(startRemoteServer())
const friend = await remote.addActor('friend')
const blocked = await remote.addActor('blocked')
const enemy = await enemyHost.addActor('enemy')
let post: string
for (const { ctx } of [server, closed]) {
  const bob = await createMember(ctx, 'bob')
  await createMember(ctx, 'carol')
  await blockActor(ctx, bob, (await ctx.remote.resolveActor(blocked.uri)) as Actor)
  await blockDomain(ctx, new URL(enemyHost.origin).host, '')
  const { id } = await createPost(ctx, bob, { text: 'For everybody', visibility: 'public' })
  if (ctx === server.ctx) post = `/users/bob/statuses/${id}`
}

/** What is served without a route of its own. */
const collections = ['outbox', 'followers', 'following', 'collections/featured', 'collections/tags']

const get = (path: string, accept = activityType, to = server): Promise<Answer> =>
  send(to.port, { path, headers: { host: new URL(to.origin).host, accept } })

type Layer = { route?: { path: string | string[] | RegExp }; handle: { stack?: Layer[] } }

/** Every path below an account that has a route, with something in place of what is variable. */
function listPaths({ ctx, app, streaming }: TestServer): string[] {
  const events = { onStored: () => undefined, onHint: async () => undefined }
  const walk = (layers: readonly Layer[]): string[] =>
    layers.flatMap(({ route, handle }) =>
      route === undefined ? walk(handle.stack ?? []) : [route.path].flat().map(String),
    )
  const express: Express = createApp(ctx, app.source, events, streaming)
  const paths = walk((express.router as unknown as { stack: Layer[] }).stack)
  const below = paths.filter((path) => /^\/users\/:name\/(?!\*|inbox$)/.test(path))
  const filled = below.map((path) => path.replace(':name', 'bob').replaceAll(/:\w+/g, '1'))
  return [...new Set([...filled, ...collections.map((name) => `/users/bob/${name}`)])]
}

const turnedAway = (status: number) => ({
  status,
  headers: { 'cache-control': 'private, no-store', vary: expect.stringMatching(/signature/i) },
})

describe('whom an account blocks', () => {
  it('finds nothing of it, whatever there is to ask for', async () => {
    const paths = listPaths(server)
    expect(paths).toEqual(expect.arrayContaining(['/users/bob/statuses/1/activity', '/users/bob/outbox']))
    for (const path of [...paths, post, `${post}/activity`, `${post}/replies`, '/users/bob/outbox?cursor=99'])
      expect(await getSigned(server, path, blocked)).toMatchObject(turnedAway(404))
  })

  it('still finds the actor, whose key it needs, and what others say', async () => {
    for (const path of ['/users/bob', '/actor', '/users/carol', '/users/carol/outbox'])
      expect(await getSigned(server, path, blocked)).toMatchObject({ status: 200 })
  })

  it('finds nothing by another spelling either', async () => {
    for (const path of ['/users/%62ob/outbox', post.replace('bob', '%62ob'), `${post}?x=1`])
      expect((await getSigned(server, path, blocked)).status).toBe(404)
  })
})

describe('others', () => {
  it('who sign find everything, but no cache keeps it', async () => {
    for (const path of [post, `${post}/activity`, ...collections.map((name) => `/users/bob/${name}`)])
      expect(await getSigned(server, path, friend)).toMatchObject(turnedAway(200))
  })

  it('who do not sign find everything, as caches may have it', async () => {
    for (const path of [post, '/users/bob', '/users/bob/outbox', '/users/bob/collections/featured'])
      expect(await get(path)).toMatchObject({
        status: 200,
        headers: { 'cache-control': expect.stringMatching(/^public/) },
      })
  })

  it('whose signature does not hold are anybody, for what anybody may have', async () => {
    const forged = { keyId: friend.keyId, privateKey: blocked.privateKey }
    expect((await getSigned(server, post, forged)).status).toBe(200)
  })
})

it('A blocked server finds nothing but actors, and is asked nothing', async () => {
  for (const path of [...listPaths(server), post, '/users/carol/outbox'])
    expect(await getSigned(server, path, enemy)).toMatchObject(turnedAway(403))
  expect((await getSigned(server, '/users/bob', enemy)).status).toBe(200)
  expect(enemyHost.fetched()).toEqual([])
})

it('With authorized fetch every document is for those who say who they are, however it is asked for', async () => {
  for (const path of listPaths(closed)) {
    expect(await get(path, activityType, closed)).toMatchObject(turnedAway(401))
    const isPage = path.endsWith('/statuses/1')
    if (!isPage) expect((await get(path, 'text/html', closed)).status).toBe(401)
    expect(await getSigned(closed, path, blocked)).toMatchObject(turnedAway(404))
  }
})
