import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import sharp from 'sharp'
import { findMedia, sumMediaOf } from '../../src/store/media.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { check } from '../contract/check.ts'
import { makePng, mediaFiles } from '../support/media-files.ts'
import { until } from '../support/until.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { download, sendsForms, type Sender } from './media-kit.ts'

// A busy machine takes its time to draw.
vi.setConfig({ testTimeout: 120_000 })

let workDir: string
let server: TestServer
let alice: ApiMember
let bob: ApiMember
let send: Sender
let sendAsBob: Sender

beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  process.env['TMPDIR'] = workDir
  server = await startServer({ env: { MEDIA_QUOTA_MIB: '64' } })
})
beforeEach(async () => {
  // Uploads are counted for each member.
  const name = `member${Math.random().toString(36).slice(2, 10)}`
  alice = await signUp(server, name)
  bob = await signUp(server, `${name}b`)
  send = await sendsForms(server, alice.actor)
  sendAsBob = await sendsForms(server, bob.actor)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(workDir, { recursive: true })
})

const image = { file: makePng(640, 480) }

async function upload(form = {}): Promise<any> {
  const { status, body } = await send('POST', '/api/v2/media', { ...image, ...form })
  expect([status, body.error]).toEqual([200, undefined])
  return check('MediaAttachment', body)
}

describe('An uploaded picture', () => {
  test('is there at once, with what apps lay it out by', async () => {
    const media = await upload({ description: 'Bands', focus: '0.5,-2' })
    expect(media).toMatchObject({
      ...{ type: 'image', description: 'Bands', remote_url: null },
      meta: {
        original: { width: 640, height: 480, size: '640x480' },
        small: { width: 554, height: 416 },
        focus: { x: 0.5, y: -1 },
      },
    })
    expect(media.id).toMatch(/^\d{17,19}$/)
    expect(media.url).toMatch(new RegExp(`^${server.origin}/media/[0-9a-f]{32}\\.png$`))
    expect(media.blurhash.length).toBe(28)
    const shown = await download(media.url)
    expect(shown.response.headers.get('content-type')).toBe('image/png')
    expect(await sharp(shown.bytes).metadata()).toMatchObject({ format: 'png', width: 640, height: 480 })
    const small = await download(media.preview_url)
    expect(await sharp(small.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 554, height: 416 })
    expect((await send('GET', `/api/v1/media/${media.id}`)).body).toEqual(media)
  })

  test('is there at once by the older way, too', async () => {
    const { status, body } = await send('POST', '/api/v1/media', image)
    expect([status, check('MediaAttachment', body).type]).toEqual([200, 'image'])
  })

  test('is turned as it is meant to be seen, and tells nothing of where and by what it was taken', async () => {
    const gps = { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' }
    const taken = await sharp(makePng(300, 200))
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Make: 'SecretCamera', Orientation: '6' }, IFD3: gps })
      .jpeg()
      .toBuffer()
    expect(taken.includes('SecretCamera')).toBe(true)
    const media = await upload({ file: taken })
    expect(media.meta.original).toMatchObject({ width: 200, height: 300 })
    for (const url of [media.url, media.preview_url]) {
      const { bytes } = await download(url)
      const found = await sharp(bytes).metadata()
      expect([found.exif, found.xmp, found.iptc, found.icc, found.orientation]).toEqual(
        Array.from({ length: 5 }, () => undefined),
      )
      expect(bytes.includes('SecretCamera')).toBe(false)
      expect(found.height).toBeGreaterThan(found.width)
    }
  })

  test('of many pixels is scaled down', async () => {
    const large = await sharp({ create: { width: 5000, height: 3000, channels: 3, background: '#204060' } })
      .jpeg()
      .toBuffer()
    const { width, height } = (await upload({ file: large })).meta.original
    expect(width * height).toBeLessThanOrEqual(8_300_000)
    expect(width / height).toBeCloseTo(5 / 3, 2)
  })

  test.each(['webp', 'avif', 'gif'] as const)('may be a %s', async (format) => {
    const file = await sharp(makePng(64, 48)).toFormat(format).toBuffer()
    expect(await upload({ file })).toMatchObject({ type: 'image', meta: { original: { width: 64 } } })
  })

  test('may be drawn with colours of another space, which it keeps to the eye', async () => {
    const create = { width: 64, height: 48, channels: 3 as const, background: '#ff2010' }
    const file = await sharp({ create }).withIccProfile('p3').png().toBuffer()
    const { bytes } = await download((await upload({ file })).url)
    const { dominant } = await sharp(bytes).stats()
    expect((await sharp(bytes).metadata()).icc).toBe(undefined)
    expect(dominant.r).toBeGreaterThan(240)
    expect(dominant.g).toBeLessThan(64)
  })

  test('leaves nothing of what came after it in the file', async () => {
    const plain = await sharp(makePng(64, 48)).jpeg().toBuffer()
    const file = Buffer.concat([plain, Buffer.from('<script>alert(1)</script>')])
    const { bytes } = await download((await upload({ file })).url)
    expect(bytes.includes('script')).toBe(false)
  })
})

describe('What is refused', () => {
  const jpeg = sharp(makePng(400, 300)).jpeg().toBuffer()
  const named = (bytes: Uint8Array) => ({ bytes, name: 'cat.jpg', type: 'image/jpeg' })

  test.each([
    ['HTML', Buffer.from('<!DOCTYPE html><script>alert(1)</script>')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>')],
    ['PDF', Buffer.from('%PDF-1.7\n')],
    ['an actor', Buffer.from('{"type":"Person","id":"https://home.example/users/a"}')],
    ['TIFF', Buffer.from('II*\0\x08\0\0\0')],
    ['a playlist', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ])('%s that says it is a JPEG', async (_what, bytes) => {
    const { status, body } = await send('POST', '/api/v2/media', { file: named(bytes) })
    expect([status, body.error]).toEqual([422, 'Validation failed: File content type is invalid'])
    expect(await sumMediaOf(server.ctx.db, alice.actor.id)).toBe(0)
  })

  test('a file that ends too early', async () => {
    const whole = await jpeg
    const { status } = await send('POST', '/api/v2/media', { file: whole.subarray(0, whole.length / 2) })
    expect(status).toBe(422)
    expect(await sumMediaOf(server.ctx.db, alice.actor.id)).toBe(0)
  })

  test('a beginning with rubbish after it', async () => {
    const file = Buffer.concat([(await jpeg).subarray(0, 20), Buffer.alloc(5000, '<b>')])
    expect((await send('POST', '/api/v2/media', { file })).status).toBe(422)
  })

  test('more pixels than a picture may have, before they are drawn', async () => {
    const bomb = Buffer.from(makePng(1, 1))
    bomb.writeUInt32BE(50_000, 16)
    bomb.writeUInt32BE(50_000, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    const before = performance.now()
    const { status, body } = await send('POST', '/api/v2/media', { file: bomb })
    expect([status, body.error]).toEqual([422, 'Validation failed: File has too many pixels or frames'])
    expect(performance.now() - before).toBeLessThan(15_000)
    await upload()
  })

  test('a GIF of more frames than can be looked at', async () => {
    const { gif } = mediaFiles
    const frame = gif.subarray(13, -1)
    const frames = Array.from({ length: 2001 }, () => frame)
    const file = Buffer.concat([gif.subarray(0, 13), ...frames, gif.subarray(-1)])
    const { status, body } = await send('POST', '/api/v2/media', { file })
    expect([status, body.error]).toEqual([422, 'Validation failed: File has too many pixels or frames'])
  })

  test('a picture of more than 16 MiB, and no file at all', async () => {
    const file = Buffer.concat([await jpeg, Buffer.alloc(16 * 1_048_576)])
    expect((await send('POST', '/api/v2/media', { file })).body.error).toContain('must be less than 16 MB')
    const empty = await send('POST', '/api/v2/media', { description: 'x' })
    expect([empty.status, empty.body.error]).toEqual([422, "Validation failed: File can't be blank"])
    const nothing = await send('POST', '/api/v2/media', { file: Buffer.alloc(0) })
    expect(nothing.status).toBe(422)
  })

  test('a description of more than 1500 characters', async () => {
    const long = await send('POST', '/api/v2/media', { ...image, description: '🪸'.repeat(1501) })
    expect(long.status).toBe(422)
    await upload({ description: '🪸'.repeat(1500) })
  })

  test('a picture as iPhones keep it, with what it may be instead', async () => {
    const file = Buffer.concat([
      Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      Buffer.alloc(200),
    ])
    const { status, body } = await send('POST', '/api/v2/media', { file })
    expect([status, body.error]).toEqual([422, expect.stringContaining('JPEG, PNG, GIF, WebP or AVIF')])
  })

  test('more than the quota, until there is room', async () => {
    const { id } = await upload()
    const { db } = server.ctx
    await db
      .updateTable('media')
      .set({ bytes: 64 * 1_048_576 })
      .where('id', '=', id)
      .execute()
    const { status, body } = await send('POST', '/api/v2/media', image)
    expect([status, body.error]).toEqual([422, expect.stringContaining('more than there is room for')])
    expect((await send('DELETE', `/api/v1/media/${id}`)).status).toBe(200)
    await upload()
  })

  test('the thirty-first upload in half an hour', async () => {
    const file = mediaFiles.gif
    const first = await send('POST', '/api/v2/media', { file })
    expect(first.headers.get('x-ratelimit-limit')).toBe('30')
    expect(first.headers.get('x-ratelimit-remaining')).toBe('29')
    for (let n = 0; n < 29; n++) await send('POST', '/api/v1/media', { file })
    const late = await send('POST', '/api/v2/media', { file })
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60'])
    expect(late.headers.get('x-ratelimit-remaining')).toBe('0')
  })
})

test('A name that leads elsewhere names nothing', async () => {
  const bytes = makePng(8, 8)
  const name = `../../../tmp/x\u202Egnp.exe${'y'.repeat(3000)}`
  const media = await upload({ file: { bytes, name, type: 'image/png' } })
  expect(media.url).toMatch(/\/media\/[0-9a-f]{32}\.png$/)
})

test('No file of an upload stays where it was worked on', async () => {
  await upload()
  await send('POST', '/api/v2/media', { file: Buffer.from('nothing') })
  await send('POST', '/api/v2/media', { something: makePng(8, 8) })
  await until('the last file to be removed', async () => {
    const left = await readdir(workDir)
    return left.every((name) => name.startsWith('holdfast-test-'))
  })
})

describe('The process that draws', () => {
  test('may die: its picture is refused, and the next one is drawn', async () => {
    await upload()
    const { pictures } = server.ctx
    process.kill(pictures.pid()!, 'SIGKILL')
    await until('the process to be gone', () => pictures.pid() === undefined)
    const uploading = send('POST', '/api/v2/media', image)
    while (pictures.pid() === undefined) await setImmediate()
    const first = pictures.pid()!
    process.kill(first, 'SIGKILL')
    const { status, body } = await uploading
    expect([status, typeof body.error]).toEqual([503, 'string'])
    await upload()
    expect(pictures.pid()).not.toBe(first)
  })
})

describe('What was uploaded', () => {
  test('is described, focused and taken back by its owner', async () => {
    const { id, url } = await upload()
    const changed = await send('PUT', `/api/v1/media/${id}`, { description: 'A reef', focus: '0.25,1' })
    expect([changed.status, check('MediaAttachment', changed.body)]).toEqual([
      200,
      expect.objectContaining({
        description: 'A reef',
        meta: expect.objectContaining({ focus: { x: 0.25, y: 1 } }),
      }),
    ])
    expect((await send('PUT', `/api/v1/media/${id}`, { focus: '0,0' })).body.description).toBe('A reef')
    expect((await send('PUT', `/api/v1/media/${id}`, { description: '' })).body.description).toBe(null)
    const elsewhere = await send('PUT', `/api/v2/media/${id}`, { description: 'x' })
    expect([elsewhere.status, elsewhere.body]).toEqual([404, { error: 'Record not found' }])
    expect((await send('DELETE', `/api/v1/media/${id}`)).status).toBe(200)
    expect((await send('GET', `/api/v1/media/${id}`)).status).toBe(404)
    await server.settle()
    expect((await fetch(url)).status).toBe(404)
  })

  test('is nobody else’s to read, change, take back or post', async () => {
    const { id } = await upload()
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await sendAsBob(method, `/api/v1/media/${id}`)).status).toBe(404)
    expect((await bob.call('POST', '/api/v1/statuses', { status: 'x', media_ids: [id] })).status).toBe(422)
    expect(await findMedia(server.ctx.db, id)).toMatchObject({
      state: 'ready',
      unusedSince: expect.any(Date),
    })
  })

  test('is no more to be asked for here once it is posted', async () => {
    const { id, url } = await upload()
    const status = await alice.post('/api/v1/statuses', { status: 'Look', media_ids: [id] })
    expect(status.media_attachments[0]).toMatchObject({ id, url })
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await send(method, `/api/v1/media/${id}`)).status).toBe(404)
    expect((await fetch(url)).status).toBe(200)
  })
})
