import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { completeThreadNow } from '../../../src/domain/threads/complete-now.ts'
import { completeThread } from '../../../src/domain/threads/complete-thread.ts'
import { sweepThreads } from '../../../src/domain/threads/sweep-threads.ts'
import { loadThread } from '../../../src/domain/threads/load-thread.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createMember, listJobs } from '../../support/people.ts'
import { activityOf, createOf, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { serveCollection, serveNote } from './support.ts'

let server: TestServer
let home: RemoteServer
let away: RemoteServer
let alice: RemoteActor
let mal: RemoteActor
let bob: Actor
let clock = 0
let serial = 0

const hour = 3600_000

beforeAll(async () => {
  server = await startServer({ parts: { now: () => new Date(Date.now() + clock) } })
  bob = await createMember(server.ctx, 'bob')
})
afterAll(() => server[Symbol.asyncDispose]())

beforeEach(async () => {
  clock = 0
  home = await startRemoteServer()
  away = await startRemoteServer()
  alice = await home.addActor(`alice${++serial}`)
  mal = await away.addActor(`mal${serial}`)
  return async () => {
    await Promise.all([home[Symbol.asyncDispose](), away[Symbol.asyncDispose]()])
  }
})

const find = (uri: string) => findRemoteStatus(server.ctx.db, uri)
const path = (uri: string): string => new URL(uri).pathname

/** A post that somebody here asked for by its id, and all that follows from that. */
async function ask(note: Record<string, any>): Promise<string> {
  const status = await server.ctx.remote.resolveStatus(note['id'])
  await server.settle()
  return status!.id
}

const threadOf = async (id: string) => {
  const thread = await loadThread(server.ctx, id, undefined)
  const uris = (views: readonly { uri: string }[]) => views.map(({ uri }) => uri)
  return { above: uris(thread.ancestors), below: uris(thread.descendants) }
}

describe('what a post answers', () => {
  /** Each answers the next; `length` of them are there. */
  function serveChain(length: number): Record<string, any>[] {
    const notes: Record<string, any>[] = []
    for (let index = 0; index < length; index++) {
      const inReplyTo = notes[0]?.['id'] ?? `${alice.uri}/notes/none`
      notes.unshift(serveNote(index % 2 ? away : home, index % 2 ? mal : alice, { inReplyTo }))
    }
    return notes
  }

  it('is fetched up to its beginning when the post arrives', async () => {
    const [top, middle, last] = serveChain(3).reverse() as [any, any, any]
    const note = { ...last, to: [...last.to, `${server.origin}/users/bob`] }
    await alice.post(server, createOf(alice, note))
    await alice.post(server, createOf(alice, note))
    await server.settle()
    const { id } = (await find(last.id))!
    expect(await threadOf(id)).toEqual({ above: [top.id, middle.id], below: [] })
    expect(away.fetched().filter((asked) => asked === path(middle.id))).toHaveLength(1)
  })

  it('ends at forty, and where it closes to a ring', async () => {
    const [last] = serveChain(60)
    expect((await threadOf(await ask(last!))).above).toHaveLength(40)
    const one = serveNote(home, alice, { inReplyTo: `${mal.uri}/notes/ring` })
    const other = { ...serveNote(away, mal), id: `${mal.uri}/notes/ring`, inReplyTo: one['id'] }
    away.serve(path(other['id']), other)
    expect((await threadOf(await ask(one))).above).toEqual([other['id']])
    const own = `${alice.uri}/notes/own`
    home.serve(path(own), serveNote(home, alice, { id: own, inReplyTo: own }))
    expect((await threadOf(await ask({ id: own }))).above).toEqual([])
  })

  it('ends at what is private', async () => {
    const secret = serveNote(away, mal, { to: [`${mal.uri}/followers`], cc: [] })
    const answer = serveNote(home, alice, { inReplyTo: secret['id'] })
    expect((await threadOf(await ask(answer))).above).toEqual([])
    expect(await find(secret['id'])).toBeUndefined()
  })

  it('is fetched for somebody who waits, with what answers it', async () => {
    const [top, middle, last] = serveChain(3).reverse() as [any, any, any]
    const answer = serveNote(away, mal, { inReplyTo: top.id })
    serveCollection(home, `${top.id}/replies`, [answer.id, middle.id])
    const status = await server.ctx.remote.resolveStatus(last.id)
    await completeThreadNow({ ...server.ctx, now: () => new Date(Date.now() + 2 * hour) }, status!.id)
    expect((await threadOf(status!.id)).above).toEqual([top.id, middle.id])
    expect((await threadOf((await find(top.id))!.id)).below).toContain(answer.id)
    await server.settle()
  })
})

describe('what answers a post', () => {
  it('is fetched from those who said it, with what answers that, three deep', async () => {
    const root = serveNote(home, alice)
    const chain = [root]
    for (let depth = 1; depth <= 4; depth++) {
      const inReplyTo = chain.at(-1)!['id']
      const answer = serveNote(depth % 2 ? away : home, depth % 2 ? mal : alice, { inReplyTo })
      serveCollection(depth % 2 ? home : away, `${inReplyTo}/replies`, [answer['id']])
      chain.push(answer)
    }
    const [, ...answers] = chain.map(({ id }) => id)
    expect(await threadOf(await ask(root))).toEqual({ above: [], below: answers.slice(0, 3) })
  })

  it('is taken from the collection of the whole thread where its first server keeps one', async () => {
    const context = `${home.origin}/contexts/${serial}`
    const root = serveNote(home, alice, { context })
    const first = serveNote(away, mal, { inReplyTo: root['id'] })
    const second = serveNote(home, alice, { inReplyTo: first['id'] })
    serveCollection(home, context, [second['id'], root['id'], first['id']])
    serveCollection(home, `${root['id']}/replies`, [first['id']])
    expect(await threadOf(await ask(root))).toEqual({ above: [], below: [first['id'], second['id']] })
    expect(away.fetched()).not.toContain(path(`${first['id']}/replies`))
  })

  it('is not asked for at another host than that of the thread', async () => {
    const root = serveNote(home, alice, {
      context: `${away.origin}/contexts/1`,
      replies: `${away.origin}/replies`,
    })
    await ask(root)
    expect(away.arrivals).toEqual([])
  })

  it('is not kept when it is private, is nobody’s answer here, or its server does not have it', async () => {
    const root = serveNote(home, alice)
    const followers = { to: [`${alice.uri}/followers`], cc: [] }
    const secret = serveNote(home, alice, { inReplyTo: root['id'], ...followers })
    const stray = serveNote(away, mal)
    const lost = `${mal.uri}/notes/lost`
    const forged = serveNote(away, mal, { inReplyTo: root['id'], attributedTo: alice.uri })
    const items = [secret['id'], stray['id'], lost, forged['id'], root['id'], `${server.origin}/users/bob`]
    serveCollection(home, `${root['id']}/replies`, items)
    expect((await threadOf(await ask(root))).below).toEqual([])
    for (const uri of items.slice(0, 4)) expect(await find(uri)).toBeUndefined()
  })

  it('is asked for once an hour, and what came meanwhile is there then', async () => {
    const root = serveNote(home, alice)
    serveCollection(home, `${root['id']}/replies`, [])
    const id = await ask(root)
    const answer = serveNote(away, mal, { inReplyTo: root['id'] })
    serveCollection(home, `${root['id']}/replies`, [answer['id']])
    expect(await completeThread(server.ctx, id)).toBe('recent')
    clock = hour + 1000
    expect(await completeThread(server.ctx, id)).toBe('started')
    await server.settle()
    expect((await threadOf(id)).below).toEqual([answer['id']])
  })

  it('of a blocked domain is not asked for', async () => {
    const root = serveNote(home, alice)
    const answer = serveNote(away, mal, { inReplyTo: root['id'] })
    serveCollection(home, `${root['id']}/replies`, [answer['id']])
    await blockDomain(server.ctx, new URL(away.origin).host, '')
    await ask(root)
    expect(away.arrivals).toEqual([])
  })

  it('is asked for a thousand times for a thread, however long its list', { timeout: 60_000 }, async () => {
    const root = serveNote(home, alice)
    const page = (number: number) => `${root['id']}/replies?page=${number}`
    const idsOf = (number: number) =>
      Array.from({ length: 200 }, (_, index) => `${mal.uri}/${number}/${index}`)
    serveCollection(home, `${root['id']}/replies`, [], { first: page(0) })
    for (let number = 0; number < 20; number++) {
      const document = {
        id: page(number),
        type: 'CollectionPage',
        items: idsOf(number),
        next: page(number + 1),
      }
      home.serve(path(page(number)) + `?page=${number}`, document)
    }
    const id = await ask(root)
    expect(away.fetched()).toHaveLength(1000)
    expect((await threadOf(id)).below).toEqual([])
  })

  it('of what our people follow is fetched when it is an hour old', async () => {
    const known = await server.ctx.remote.resolveActor(alice.uri)
    await followActor(server.ctx, bob, known!)
    await server.settle()
    const [{ id: follow }] = home.received('Follow') as [{ id: string }]
    await alice.post(server, activityOf(alice, 'Accept', { object: follow }))
    await server.settle()
    const root = serveNote(home, alice)
    await alice.post(server, createOf(alice, root))
    await server.settle()
    const answer = serveNote(away, mal, { inReplyTo: root['id'] })
    serveCollection(home, `${root['id']}/replies`, [answer['id']])
    await sweepThreads(server.ctx)
    await server.settle()
    expect(await find(answer['id'])).toBeUndefined()
    clock = hour + 60_000
    await sweepThreads(server.ctx)
    await server.settle()
    expect(await find(answer['id'])).toBeDefined()
    home.arrivals.length = 0
    await sweepThreads(server.ctx)
    await server.settle()
    expect(home.fetched()).not.toContain(path(`${root['id']}/replies`))
  })

  it('of ours is fetched from those who were answered there', async () => {
    const post = await createPost(server.ctx, bob, { text: 'Hello', visibility: 'public' })
    const inReplyTo = `${server.origin}/users/bob/statuses/${post.id}`
    const first = serveNote(home, alice, { inReplyTo })
    await alice.post(server, createOf(alice, first))
    await server.settle()
    const second = serveNote(away, mal, { inReplyTo: first['id'] })
    serveCollection(home, `${first['id']}/replies`, [second['id']])
    expect(await completeThread(server.ctx, post.id)).toBe('started')
    await server.settle()
    expect((await threadOf(post.id)).below).toEqual([first['id'], second['id']])
  })

  it('is nobody’s business when not everybody may read it', async () => {
    const post = await createPost(server.ctx, bob, { text: 'Quiet', visibility: 'private' })
    expect(await completeThread(server.ctx, post.id)).toBe('closed')
    expect(await completeThread(server.ctx, '1')).toBe('closed')
  })

  it('is tried again an hour later when it could not be had, and never when it is not there', async () => {
    const root = serveNote(home, alice)
    const answer = serveNote(away, mal, { inReplyTo: root['id'] })
    away.serve(path(answer['id']), (_request, response) => response.writeHead(503).end())
    serveCollection(home, `${root['id']}/replies`, [answer['id']])
    const status = await server.ctx.remote.resolveStatus(root['id'])
    const later = async () =>
      (await listJobs(server.ctx.db)).filter(
        ({ name, data }) => name === 'thread.replies' && (data as { attempt: number }).attempt > 0,
      )
    await expect.poll(later, { timeout: 10_000 }).toMatchObject([{ data: { topId: status?.id, attempt: 1 } }])
    expect(away.fetched().filter((asked) => asked === path(answer['id']))).toHaveLength(1)
  })
})
