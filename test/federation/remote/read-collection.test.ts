import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import { startRemoteServer } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, elsewhere: other } = await use(meet())

beforeEach(() => {
  remote.arrivals.length = 0
  other.arrivals.length = 0
})

const read = (path: string, bounds = {}) => server.ctx.remote.readCollection(remote.origin + path, bounds)
const at = (path: string): string => remote.origin + path

/** Has a path answer with a collection or a page of one. */
function serve(path: string, type: string, more: object): void {
  remote.serve(path, { '@context': 'https://www.w3.org/ns/activitystreams', id: at(path), type, ...more })
}

describe('a collection', () => {
  it('is read whole when it has no pages: ids, and the ids of objects', async () => {
    const items = [at('/1'), { id: at('/2'), type: 'Note' }, at('/1'), 7, null, { type: 'Note' }, 'nonsense']
    serve('/whole', 'Collection', { items })
    expect(await read('/whole')).toEqual({ items: [at('/1'), at('/2')], requests: 1 })
  })

  it('is read page by page, be the pages linked or within', async () => {
    const first = { type: 'OrderedCollectionPage', orderedItems: [at('/1')], next: at('/paged/2') }
    serve('/paged', 'OrderedCollection', { first })
    serve('/paged/2', 'OrderedCollectionPage', { orderedItems: at('/2'), next: { id: at('/paged/3') } })
    serve('/paged/3', 'OrderedCollectionPage', { orderedItems: [at('/3')], first: at('/paged/2') })
    expect(await read('/paged')).toEqual({ items: ['/1', '/2', '/3'].map(at), requests: 3 })
  })

  it('is read on from where a bound ended it', async () => {
    serve('/long', 'Collection', { first: at('/long/1') })
    for (const page of [1, 2, 3])
      serve(`/long/${page}`, 'CollectionPage', { items: [at(`/${page}`)], next: at(`/long/${page + 1}`) })
    const begun = await read('/long', { maxPages: 2 })
    expect(begun).toEqual({ items: [at('/1')], requests: 2, next: at('/long/2') })
    expect(await read('/long', { page: at('/long/2'), maxItems: 2 })).toEqual({
      items: [at('/2'), at('/3')],
      requests: 2,
      next: at('/long/4'),
    })
  })

  it('without an end is left after ten pages', async () => {
    for (let page = 0; page < 20; page++)
      serve(`/endless/${page}`, 'CollectionPage', {
        items: [at(`/${page}`)],
        next: at(`/endless/${page + 1}`),
      })
    const found = await read('/endless/0')
    expect(found).toMatchObject({ requests: 10, next: at('/endless/10') })
    expect(remote.fetched()).toHaveLength(10)
  })

  it('whose page leads to itself, or round, ends there', async () => {
    serve('/self', 'CollectionPage', { items: [at('/1')], next: at('/self') })
    expect(await read('/self')).toEqual({ items: [at('/1')], requests: 1 })
    serve('/round', 'Collection', { first: at('/round/1') })
    serve('/round/1', 'CollectionPage', { items: [at('/1')], next: at('/round') })
    expect(await read('/round')).toEqual({ items: [at('/1')], requests: 2 })
    expect(remote.fetched()).toHaveLength(3)
  })

  it('has no page on another host, not by a redirect either', async () => {
    const page = { id: `${other.origin}/page`, type: 'CollectionPage', items: [at('/stolen')] }
    other.serve('/page', page)
    serve('/away', 'Collection', { items: [at('/1')], first: `${other.origin}/page` })
    expect(await read('/away')).toEqual({ items: [at('/1')], requests: 2, absence: 'refused' })
    expect(other.arrivals).toEqual([])
    remote.serve('/moved', (_request, response) => redirect(response, `${other.origin}/page`))
    expect(await read('/moved')).toBe('refused')
  })

  it('gives at most 1,000 ids, and none when a page is beyond all measure', async () => {
    const items = Array.from({ length: 3000 }, (_, index) => at(`/${index}`))
    serve('/thousands', 'Collection', { items })
    expect(await read('/thousands', { maxItems: 5000 })).toMatchObject({ items: items.slice(0, 1000) })
    serve('/crowd', 'Collection', { items: Array.from({ length: 50_000 }, (_, index) => `x:${index}`) })
    expect(await read('/crowd')).toBe('refused')
  })

  it('of 300 MB is not read', async () => {
    let sent = 0
    remote.serve('/huge', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/activity+json' })
      const chunk = Buffer.alloc(64 * 1024, ' ')
      const pour = () => {
        while (sent < 300e6 && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', pour)
        }
        response.end()
      }
      pour()
    })
    expect(await read('/huge')).toBe('refused')
    expect(sent).toBeLessThan(20e6)
  })

  it('keeps what came before a page that cannot be had', async () => {
    serve('/broken', 'Collection', { items: [at('/1')], first: at('/broken/1') })
    remote.serve('/broken/1', (_request, response) => response.writeHead(503).end())
    expect(await read('/broken')).toEqual({ items: [at('/1')], requests: 2, absence: 'unavailable' })
  })

  it.each([
    ['gone', 410, 'gone'],
    ['nowhere', 404, 'missing'],
    ['forbidden', 403, 'unavailable'],
    ['failing', 500, 'unavailable'],
  ])('that is %s says so', async (_name, status, absence) => {
    remote.serve('/not', (_request, response) => response.writeHead(status).end())
    expect(await read('/not')).toBe(absence)
  })

  it('is no collection when it is something else', async () => {
    serve('/note', 'Note', { items: [at('/1')] })
    expect(await read('/note')).toBe('refused')
    remote.serve('/upload', { type: 'Collection', items: [at('/1')] }, 'application/json')
    expect(await read('/upload')).toBe('refused')
  })
})

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end()
}

describe('strangers in the background', () => {
  it('are met a hundred times an hour for each domain, and those who are known always', async () => {
    const crowd = await startRemoteServer()
    const mould = await crowd.addActor('mould')
    for (let index = 0; index < 110; index++) {
      const uri = `${crowd.origin}/users/p${index}`
      const publicKey = { ...mould.document['publicKey'], id: `${uri}#main-key`, owner: uri }
      const document = {
        ...mould.document,
        id: uri,
        preferredUsername: `p${index}`,
        inbox: `${uri}/inbox`,
        publicKey,
      }
      crowd.serve(`/users/p${index}`, document)
    }
    const meet = (index: number) =>
      server.ctx.remote.resolveActor(`${crowd.origin}/users/p${index}`, 'background')
    const met: Awaited<ReturnType<typeof meet>>[] = []
    for (let start = 0; start < 110; start += 10)
      met.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => meet(start + index)))))
    expect(met.filter((actor) => actor !== undefined)).toHaveLength(100)
    const lastMet = met.findLastIndex((actor) => actor !== undefined)
    expect((await meet(lastMet))?.username).toBe(`p${lastMet}`)
    expect(await meet(met.indexOf(undefined))).toBeUndefined()
    await crowd[Symbol.asyncDispose]()
  })
})
