import { beforeEach, describe, expect, it } from 'vitest'
import { activityOf, sendJson, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const day = 24 * 3600_000

let clock = 0
const {
  server,
  remote: home,
  elsewhere: other,
} = await use(meet({ parts: { now: () => new Date(Date.now() + clock) } }))

let alice: RemoteActor
let serial = 0

beforeEach(async () => {
  clock = 0
  alice = await home.addActor(`alice${++serial}`)
  home.arrivals.length = 0
})

const hostOf = (remote: RemoteServer): string => `localhost:${remote.port}`
const path = (actor: RemoteActor): string => new URL(actor.uri).pathname

/** Has a server say who a handle of it is. */
function serveFinger(on: RemoteServer, handle: string, href: string, subject = `acct:${handle}`): void {
  const links = [{ rel: 'self', type: 'application/activity+json', href }]
  const query = `/.well-known/webfinger?resource=${encodeURIComponent(`acct:${handle}`)}`
  on.serve(query, sendJson({ subject, links }, 'application/jrd+json'))
}

describe('an actor', () => {
  it('is asked for once a day, and what was known stays when nobody answers', async () => {
    const found = await server.ctx.remote.resolveActor(alice.uri)
    expect(found).toMatchObject({ uri: alice.uri, username: `alice${serial}`, domain: hostOf(home) })
    alice.document['name'] = 'Changed'
    expect((await server.ctx.remote.resolveActor(alice.uri))?.displayName).not.toBe('Changed')
    clock = day + 1000
    expect((await server.ctx.remote.resolveActor(alice.uri))?.displayName).toBe('Changed')
    clock = 2 * day + 2000
    home.serve(path(alice), (_request, response) => response.writeHead(503).end())
    home.arrivals.length = 0
    for (let count = 0; count < 5; count++)
      expect((await server.ctx.remote.resolveActor(alice.uri))?.uri).toBe(alice.uri)
    expect(home.fetched().filter((asked) => asked === path(alice)).length).toBeLessThanOrEqual(1)
  })

  it.each([404, 410])(
    'stays as it was known when it is found gone (%d), with the keys it had',
    async (status) => {
      const known = await server.ctx.remote.resolveActor(alice.uri)
      home.serve(path(alice), (_request, response) => response.writeHead(status).end())
      clock = day + 1000
      expect(await server.ctx.remote.resolveActor(alice.uri)).toMatchObject({
        id: known?.id,
        deletedAt: null,
      })
      const tombstone = {
        '@context': 'https://www.w3.org/ns/activitystreams',
        id: alice.uri,
        type: 'Tombstone',
      }
      home.serve(path(alice), tombstone)
      clock = 2 * day + 2000
      expect(await server.ctx.remote.resolveActor(alice.uri)).toMatchObject({
        id: known?.id,
        deletedAt: null,
      })
      await alice.post(server, activityOf(alice, 'Delete', { object: alice.uri }), {
        date: new Date(Date.now() + clock),
      })
      await server.settle()
      expect((await server.ctx.remote.resolveActor(alice.uri))?.deletedAt).not.toBeNull()
    },
  )

  it('is never another one, wherever its document leads', async () => {
    const mal = await other.addActor(`mal${serial}`)
    const known = await server.ctx.remote.resolveActor(mal.uri)
    const stray = await other.addActor(`stray${serial}`)
    for (const actor of [mal, stray]) other.serve(path(actor), sendJson(alice.document))
    clock = day + 1000
    expect((await server.ctx.remote.resolveActor(mal.uri))?.id).toBe(known?.id)
    expect(await server.ctx.remote.resolveActor(stray.uri)).toBeUndefined()
  })

  it('of ours is found here, and no spelling of our host is another server', async () => {
    const { port, origin } = server
    expect(await server.ctx.remote.resolveActor(`${origin}/users/bob`)).toMatchObject({ isLocal: true })
    for (const host of [`LOCALHOST:${port}`, `localhost.:${port}`, `x@localhost:${port}`]) {
      expect(await server.ctx.remote.resolveActor(`http://${host}/users/bob`)).toBeUndefined()
    }
    expect(await server.ctx.remote.resolveActor(`${origin}/users/nobody`)).toBeUndefined()
  })

  it.each([
    ['with an inbox elsewhere', { inbox: 'https://elsewhere.example/inbox' }],
    ['without an inbox', { inbox: undefined }],
    ['without a name', { preferredUsername: undefined }],
    ['that is no actor', { type: 'Note' }],
    ['that is several things', { type: ['Person', 'Note'] }],
  ])('%s is not one', async (_name, changes) => {
    const odd = await home.addActor(`odd${++serial}`, changes)
    expect(await server.ctx.remote.resolveActor(odd.uri)).toBeUndefined()
  })
})

describe('a handle', () => {
  it('leads to the actor that its domain names', async () => {
    const handle = `alice${serial}@${hostOf(home)}`
    serveFinger(home, handle, alice.uri)
    expect(await server.ctx.remote.resolveHandle(`@${handle}`)).toMatchObject({
      uri: alice.uri,
      domain: hostOf(home),
    })
  })

  it('of another domain than the server is believed when both say so, and stays through a refresh', async () => {
    const handle = `alice${serial}@${hostOf(other)}`
    serveFinger(other, handle, alice.uri)
    await expect(server.ctx.remote.resolveHandle(handle)).rejects.toThrow()
    serveFinger(home, `alice${serial}@${hostOf(home)}`, alice.uri, `acct:${handle}`)
    expect(await server.ctx.remote.resolveHandle(handle)).toMatchObject({
      uri: alice.uri,
      domain: hostOf(other),
    })
    clock = day + 1000
    expect(await server.ctx.remote.resolveActor(alice.uri)).toMatchObject({ domain: hostOf(other) })
    await alice.post(server, activityOf(alice, 'Update', { object: alice.document }))
    await server.settle()
    expect(await server.ctx.remote.resolveActor(alice.uri)).toMatchObject({ domain: hostOf(other) })
  })

  it.each([
    'nobody',
    'a@b@c',
    '@',
    'x@',
    '@host',
    'x@ho st',
    'x@host/path',
    'x@[',
    `${'x'.repeat(200)}@host`,
  ])('is not %s', (handle) =>
    expect(server.ctx.remote.resolveHandle(handle)).rejects.toThrow('is not a handle'),
  )

  it('that nobody has says so, and one whose domain is silent says that', async () => {
    await expect(server.ctx.remote.resolveHandle(`nobody@${hostOf(home)}`)).rejects.toMatchObject({
      code: 'not_found',
    })
    const silent = `localhost:${await closedPort()}`
    await expect(server.ctx.remote.resolveHandle(`x@${silent}`)).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})

async function closedPort(): Promise<number> {
  const remote = await startRemoteServer()
  await remote[Symbol.asyncDispose]()
  return remote.port
}

describe('a server that is met', () => {
  it('is asked what it runs', async () => {
    const links = [
      { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${home.origin}/nodeinfo` },
    ]
    home.serve('/.well-known/nodeinfo', { links }, 'application/json')
    home.serve('/nodeinfo', { software: { name: 'Mastodon', version: '4.5.0' } }, 'application/json')
    await server.ctx.db.updateTable('hosts').set({ nodeInfoCheckedAt: null }).execute()
    await server.ctx.remote.resolveActor(alice.uri)
    await server.settle()
    const host = await server.ctx.db
      .selectFrom('hosts')
      .select(['software', 'softwareVersion'])
      .where('host', '=', hostOf(home))
      .executeTakeFirst()
    expect(host).toEqual({ software: 'mastodon', softwareVersion: '4.5.0' })
  })

  it('is not asked anywhere but at its own address', async () => {
    const trap = await startRemoteServer()
    const met = await startRemoteServer()
    const links = [
      { rel: 'http://nodeinfo.diaspora.software/ns/schema/2.0', href: `${trap.origin}/nodeinfo` },
    ]
    met.serve('/.well-known/nodeinfo', { links }, 'application/json')
    await server.ctx.remote.resolveActor((await met.addActor('x')).uri)
    await server.settle()
    expect(met.fetched()).toContain('/.well-known/nodeinfo')
    expect(trap.arrivals).toEqual([])
    await Promise.all([trap[Symbol.asyncDispose](), met[Symbol.asyncDispose]()])
  })
})
