import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/store/actors.ts'
import { startSite, type Site } from './site.ts'

let site: Site
let ada: Actor
let pages: string[]

beforeAll(async () => {
  site = await startSite()
  ada = await site.addPerson('ada')
  const id = await site.addPost(ada, 'Hello')
  pages = ['/', '/@ada', `/@ada/${id}`, '/tags/kelp']
})

afterAll(() => site[Symbol.asyncDispose]())

describe('every page', () => {
  test('runs nothing, loads nothing from elsewhere, and tells nobody where the reader came from', async () => {
    for (const path of [...pages, '/@nobody', '/robots.txt']) {
      const { headers } = await site.get(path)
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('vary')).toBe('Accept')
    }
  })

  test('may be kept for a minute, and is not sent again while it stays the same', async () => {
    for (const path of pages) {
      const first = await site.get(path)
      expect(first.headers.get('cache-control')).toBe('public, max-age=60')
      expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8')
      const etag = first.headers.get('etag') ?? ''
      // fetch() adds `no-cache` to a request with this header unless it says otherwise itself.
      const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' }
      const again = await site.get(path, { headers })
      expect([again.status, again.text]).toEqual([304, ''])
    }
    const before = await site.get('/@ada')
    await site.addPost(ada, 'Something new')
    expect((await site.get('/@ada')).headers.get('etag')).not.toBe(before.headers.get('etag'))
  })

  test('answers HEAD like GET, without a body', async () => {
    for (const path of pages) {
      const [get, head] = await Promise.all([site.get(path), site.get(path, { method: 'HEAD' })])
      expect([head.status, head.text]).toEqual([200, ''])
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
      expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
    }
  })

  test('links to nothing of ours that is not there', async () => {
    const seen = new Set<string>()
    for (const path of pages) {
      const { text } = await site.get(path)
      for (const [, target = ''] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
        const url = URL.parse(target, site.ctx.config.origin)
        const isPage = url?.origin === site.ctx.config.origin && !/^\/(users|actor)/.test(url.pathname)
        if (isPage) seen.add(url.pathname + url.search)
      }
    }
    expect(seen.size).toBeGreaterThan(4)
    for (const path of seen) expect([path, (await site.get(path)).status]).toEqual([path, 200])
  })
})

describe('an error page', () => {
  test('is kept by nobody', async () => {
    expect((await site.get('/@nobody')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('assets', () => {
  test('are kept for ever under the name of their content', async () => {
    const { text } = await site.get('/')
    const paths = [...new Set(text.match(/\/assets\/[^"]+/g))]
    expect(paths.map((path) => path.replace(/\.[0-9a-f]{12}\./, '.'))).toEqual([
      '/assets/holdfast.css',
      '/assets/mark.svg',
    ])
    for (const path of paths) {
      const { status, headers } = await site.get(path)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('content-type')).toBe(
        path.endsWith('css') ? 'text/css; charset=utf-8' : 'image/svg+xml',
      )
      const etag = headers.get('etag') ?? ''
      expect(path).toContain(etag.replaceAll('"', ''))
      const again = await site.get(path, { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } })
      expect(again.status).toBe(304)
    }
  })

  test.each(['holdfast.css', 'holdfast.000000000000.css', '..%2Froutes.ts', 'kelp.svg'])(
    'are not named %s',
    async (name) => {
      expect((await site.get(`/assets/${name}`)).status).toBe(404)
    },
  )
})

describe('the id of an actor or a post', () => {
  const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

  test.each([
    ['/users/ada', '/@ada'],
    ['/users/ada/statuses/12', '/@ada/12'],
    ['/users/%2Fevil.example', '/@%2Fevil.example'],
  ])('leads a browser from %s to %s', async (path, location) => {
    const { status, headers } = await site.get(path, { headers: browser })
    expect([status, headers.get('location'), headers.get('vary')]).toEqual([302, location, 'Accept'])
  })

  test.each([
    'application/activity+json',
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  ])('is not for these pages when %s is asked for', async (accept) => {
    expect((await site.get('/users/ada', { headers: { Accept: accept } })).status).toBe(404)
  })
})

test('robots may read pages, not the interfaces of programs', async () => {
  const { status, headers, text } = await site.get('/robots.txt')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  expect(text).toBe('User-agent: *\nDisallow: /api/\nDisallow: /oauth/\n')
})
