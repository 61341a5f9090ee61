import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBucket, type TestBucket } from '../support/bucket.ts'
import { startServer, type TestServer } from '../support/server.ts'

const bytes = randomBytes(300_000)
const key = `${'0f'.repeat(16)}.mp4`

let bucket: TestBucket
const servers = new Map<string, TestServer>()

beforeAll(async () => {
  bucket = await startBucket()
  servers.set('a directory', await startServer())
  servers.set('a bucket', await startServer({ env: { MEDIA_URL: bucket.mediaUrl } }))
  for (const { ctx } of servers.values()) await keep(ctx.storage, key)
})
afterAll(async () => {
  for (const server of servers.values()) await server[Symbol.asyncDispose]()
  await bucket?.[Symbol.asyncDispose]()
})

async function keep(storage: TestServer['ctx']['storage'], name: string): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  await writeFile(join(dir, 'file'), bytes)
  await storage.put(name, join(dir, 'file'), 'video/mp4')
  await rm(dir, { recursive: true })
}

describe.each(['a directory', 'a bucket'])('A file of %s', (kind) => {
  const ask = async (headers: Record<string, string> = {}, method = 'GET', path = `/media/${key}`) => {
    const response = await fetch(servers.get(kind)!.origin + path, { method, headers })
    return {
      status: response.status,
      headers: response.headers,
      body: Buffer.from(await response.arrayBuffer()),
    }
  }

  test('is sent whole, for anybody’s page, and nothing in it runs', async () => {
    const { status, headers, body } = await ask({ accept: 'application/activity+json' })
    expect([status, body.equals(bytes)]).toEqual([200, true])
    expect(Object.fromEntries(headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': '300000',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'video/mp4',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(headers.get('set-cookie')).toBe(null)
  })

  test.each([
    ['bytes=0-9', 0, 9],
    ['bytes=299990-', 299_990, 299_999],
    ['bytes=-5', 299_995, 299_999],
    ['bytes=100-999999999', 100, 299_999],
  ])('is sent in part: %s', async (range, start, end) => {
    const { status, headers, body } = await ask({ range })
    expect([status, headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/300000`])
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test.each(['bytes=300000-', 'bytes=400000-400001', 'bytes=-0', 'bytes=9-1'])(
    'has no part %s',
    async (range) => {
      const { status, headers, body } = await ask({ range })
      expect([status, headers.get('content-range'), body.length]).toEqual([416, 'bytes */300000', 0])
    },
  )

  test.each(['bytes=0-,0-,0-,0-', `bytes=${'0-9,'.repeat(1000)}20-30`, 'lines=1-2', 'bytes=x'])(
    'is sent once where a part cannot be made out: %s',
    async (range) => {
      const { status, body } = await ask({ range })
      expect([status, body.equals(bytes)]).toEqual([200, true])
    },
  )

  test('is not sent to those who have it, or ask only about it', async () => {
    const head = await ask({}, 'HEAD')
    expect([head.status, head.body.length, head.headers.get('content-length')]).toEqual([200, 0, '300000'])
    const etag = head.headers.get('etag')!
    expect((await ask({ 'if-none-match': etag })).status).toBe(304)
    expect((await ask({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
    expect((await ask({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
  })

  test('is let go of when whoever asked is gone', async () => {
    const { port } = servers.get(kind)!
    await new Promise<void>((resolve) => {
      const asking = request({ port, path: `/media/${key}` }, (response) => {
        response.once('data', () => response.destroy())
        response.once('close', resolve)
      })
      asking.end()
    })
    expect((await ask()).body.length).toBe(300_000)
  })

  test.each([
    `/media/${'0e'.repeat(16)}.mp4`,
    `/media/${key}.html`,
    `/media/${'0f'.repeat(16)}`,
    '/media/..%2f..%2fsecret',
    '/media/%2e%2e/secret',
    '/media/....//secret',
    `/media/${key}%00.png`,
    `/media/${key}/`.replace('.mp4', '.svg'),
  ])('is all that is there: not %s', async (path) => {
    expect([400, 404]).toContain((await ask({}, 'GET', path)).status)
  })
})

test('A type that is no media is not served, even where such a file is kept', async () => {
  const { ctx, origin } = servers.get('a directory')!
  const page = `${'1f'.repeat(16)}.html`
  await keep(ctx.storage, page)
  expect((await fetch(`${origin}/media/${page}`)).status).toBe(404)
})
