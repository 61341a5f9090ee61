import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hasFfmpeg } from '../../src/domain/media/ffmpeg/run-limited.ts'
import { probe } from '../../src/domain/media/ffmpeg/probe.ts'
import { processMedia } from '../../src/domain/media/process-media.ts'
import { findMedia } from '../../src/store/media.ts'
import { check } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { makePng } from '../support/media-files.ts'
import { describeWith } from '../support/parts.ts'
import { until } from '../support/until.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { download, sendsForms, type Form, type Sender } from './media-kit.ts'

const run = promisify(execFile)
const clip = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=2']
const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2']

// A busy machine takes its time to draw.
vi.setConfig({ testTimeout: 120_000 })

let dir: string
let workDir: string
let server: TestServer
let alice: ApiMember
let send: Sender

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  workDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  process.env['TMPDIR'] = workDir
  server = await startServer()
  alice = await signUp(server, 'alice')
  send = await sendsForms(server, alice.actor)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
  await rm(workDir, { recursive: true })
})

/** @param args between the programs's name and that of what it makes */
async function make(name: string, ...args: string[]): Promise<Buffer> {
  const path = join(dir, name)
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, path])
  return readFile(path)
}

async function countFiles(): Promise<number> {
  const names = await readdir(join(server.ctx.config.dataDir, 'media'), { recursive: true })
  return names.filter((name) => name.includes('.')).length
}

const bytesOf = async (id: string) => Number((await row(id)).bytes)
const row = (id: string) =>
  server.ctx.db.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** Of its files, as they are kept. */
async function storedBytesOf(id: string): Promise<number> {
  const { key, previewKey } = await row(id)
  const sizes = await Promise.all(
    [key, previewKey].map(async (each) => (each === null ? 0 : server.ctx.storage.measure(each))),
  )
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

/** @param bytes as if it took so many of the room that its owner has */
async function pretend(id: string, bytes: number): Promise<void> {
  await server.ctx.db.updateTable('media').set({ bytes }).where('id', '=', id).execute()
}

/** Hands a file in, and waits until it has been worked on. */
async function upload(form: Form): Promise<{ status: number; body: any }> {
  const handedIn = await send('POST', '/api/v2/media', form)
  expect([handedIn.status, handedIn.body.url]).toEqual([202, null])
  await server.settle()
  return send('GET', `/api/v1/media/${handedIn.body.id}`)
}

async function footageOf(url: string, type: string) {
  const path = join(dir, 'downloaded')
  await writeFile(path, (await download(url)).bytes)
  return probe(path, type)
}

test('A machine without ffmpeg is known as such', async () => {
  expect(await hasFfmpeg(dir)).toBe(false)
})

await describeWith('ffmpeg', 'What moves or sounds', () => {
  test('is handed in, worked on, and then played by every browser', async () => {
    const place = ['-metadata', 'location=+52.5+013.4/', '-metadata', 'title=SecretPlace']
    const file = await make(
      'a.webm',
      ...clip,
      ...tone,
      ...place,
      '-c:v',
      'libvpx',
      '-c:a',
      'libvorbis',
      '-shortest',
    )
    const handedIn = await send('POST', '/api/v2/media', { file, description: 'Bars' })
    expect([handedIn.status, check('MediaAttachmentProcessing', handedIn.body).type]).toEqual([202, 'video'])
    const { id } = handedIn.body
    await server.settle()
    const { status, body } = await send('GET', `/api/v1/media/${id}`)
    expect([status, check('MediaAttachment', body)]).toEqual([
      200,
      expect.objectContaining({ type: 'video', description: 'Bars', url: expect.stringMatching(/\.mp4$/) }),
    ])
    expect(body.meta).toMatchObject({
      ...{ length: expect.stringMatching(/^0:00:0[12]\.\d\d$/), fps: 25 },
      original: { width: 320, height: 240, frame_rate: '25/1' },
      small: { width: 320, height: 240 },
    })
    expect(await footageOf(body.url, 'video/mp4')).toMatchObject({
      video: { codec: 'h264', pixelFormat: 'yuv420p' },
      audio: { codec: 'aac' },
    })
    const { bytes } = await download(body.url)
    expect([bytes.includes('SecretPlace'), bytes.includes('+52.5')]).toEqual([false, false])
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    const shown = await sharp((await download(body.preview_url)).bytes).metadata()
    expect([shown.width, shown.height]).toEqual([320, 240])
  })

  test('and plays everywhere already is not drawn anew, but tells nothing of where it was taken', async () => {
    const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']
    const file = await make(
      'b.mp4',
      ...clip,
      ...tone,
      ...h264,
      '-metadata',
      'comment=SecretPlace',
      '-shortest',
    )
    expect(file.includes('SecretPlace')).toBe(true)
    const { status, body } = await upload({ file })
    expect([status, body.type]).toEqual([200, 'video'])
    expect((await download(body.url)).bytes.includes('SecretPlace')).toBe(false)
  })

  test('as a GIF becomes a video without sound that repeats itself', async () => {
    const { status, body } = await upload({ file: await make('c.gif', ...clip, '-vf', 'fps=10') })
    expect([status, body.type, check('MediaAttachment', body).meta.fps]).toEqual([200, 'gifv', 10])
    expect(await footageOf(body.url, 'video/mp4')).toMatchObject({
      audio: undefined,
      video: { codec: 'h264' },
    })
    const status2 = await alice.post('/api/v1/statuses', { status: 'Round', media_ids: [body.id] })
    expect(status2.media_attachments[0]).toMatchObject({ id: body.id, type: 'gifv', url: body.url })
  })

  test.each([
    ['d.ogg', ['-c:a', 'libvorbis']],
    ['d.mp3', ['-c:a', 'libmp3lame']],
    ['d.wav', []],
    ['d.m4a', ['-c:a', 'aac']],
    ['d.webm', ['-c:a', 'libopus']],
  ])('as the recording %s becomes an MP3', async (name, args) => {
    const file = await make(name, ...tone, ...args, '-metadata', 'title=SecretPlace')
    const { status, body } = await upload({ file })
    expect([status, check('MediaAttachment', body).type]).toEqual([200, 'audio'])
    expect(body.meta.duration).toBeCloseTo(2, 0)
    const { bytes, response } = await download(body.url)
    expect([response.headers.get('content-type'), bytes.includes('SecretPlace')]).toEqual([
      'audio/mpeg',
      false,
    ])
  })

  test('has the picture that its author gave', async () => {
    const { status, body } = await upload({ file: await make('e.wav', ...tone), thumbnail: makePng(90, 60) })
    expect([status, body.preview_url]).toEqual([200, expect.stringMatching(/\.(jpg|webp)$/)])
    const changed = await send('PUT', `/api/v1/media/${body.id}`, { thumbnail: makePng(60, 90) })
    expect(changed.status).toBe(200)
    const shown = await sharp((await download(changed.body.preview_url)).bytes).metadata()
    expect([shown.width, shown.height]).toEqual([60, 90])
    await server.settle()
    expect((await fetch(body.preview_url)).status).toBe(404)
    expect(await bytesOf(body.id)).toBe(await storedBytesOf(body.id))
    const { bytes } = await row(body.id)
    await pretend(body.id, server.ctx.config.mediaQuotaBytes)
    const full = await send('PUT', `/api/v1/media/${body.id}`, { thumbnail: makePng(70, 70) })
    expect([full.status, full.body.error]).toEqual([
      422,
      expect.stringContaining('more than there is room for'),
    ])
    await pretend(body.id, Number(bytes))
    const wrong = await send('PUT', `/api/v1/media/${body.id}`, { thumbnail: Buffer.from('<svg/>') })
    expect(wrong.status).toBe(422)
  })

  test('fails when what is made of it is more than there is room for, and leaves nothing', async () => {
    const { ctx } = server
    const [file, other] = [await make('h.wav', ...tone), await upload({ file: await make('i.wav', ...tone) })]
    const { body } = await upload({ file })
    const { key } = await row(body.id)
    const uploadKey = `${'ab'.repeat(16)}.wav`
    await ctx.storage.put(uploadKey, join(dir, 'h.wav'), 'audio/wav')
    const processing = {
      state: 'processing',
      mediaType: 'audio/wav',
      key: null,
      bytes: 1,
      uploadKey,
    } as const
    await ctx.db.updateTable('media').set(processing).where('id', '=', body.id).execute()
    const { bytes } = await row(other.body.id)
    await pretend(other.body.id, ctx.config.mediaQuotaBytes - 1)
    const before = await countFiles()
    await processMedia(ctx, body.id)
    const { state, problem, ...left } = await row(body.id)
    expect([state, problem, left.key]).toEqual([
      'failed',
      expect.stringContaining('more than there is room'),
      null,
    ])
    expect(await countFiles()).toBe(before - 1)
    await pretend(other.body.id, Number(bytes))
    await ctx.storage.delete(key!)
    await ctx.db.deleteFrom('media').where('id', '=', body.id).execute()
  })

  test('is waited for by the older way', async () => {
    const { status, body } = await send('POST', '/api/v1/media', { file: await make('f.gif', ...clip) })
    expect([status, body.url]).toEqual([200, expect.stringMatching(/\.mp4$/)])
  })

  test('and cannot be read fails, says so, and leaves nothing', async () => {
    const whole = await make('g.mp4', ...clip, '-c:v', 'libx264')
    const cut = whole.subarray(0, 2000)
    const { status, body } = await upload({ file: cut })
    expect([status, body]).toEqual([422, { error: 'The file cannot be read' }])
    const failed = await server.ctx.db.selectFrom('media').selectAll().where('state', '=', 'failed').execute()
    expect(failed).toMatchObject([{ key: null, uploadKey: null, bytes: '0' }])
    const posted = await alice.call('POST', '/api/v1/statuses', { status: 'x', media_ids: [failed[0]!.id] })
    expect(posted.status).toBe(422)
  })

  test('in more frames than a video may have is refused', async () => {
    const many = ['-f', 'lavfi', '-i', 'testsrc=size=32x32:rate=240:duration=1', '-c:v', 'libx264']
    const { status, body } = await upload({ file: await make('h.mp4', ...many) })
    expect([status, body]).toEqual([422, { error: '240fps videos are not supported' }])
  })

  test('and plays for more than four hours is refused', async () => {
    const long = ['-f', 'lavfi', '-i', 'testsrc=size=16x16:rate=1:duration=28800']
    const file = await make('l.mp4', ...long, '-c:v', 'libx264', '-preset', 'ultrafast')
    const { status, body } = await upload({ file })
    expect([status, body]).toEqual([422, { error: 'The file plays too long' }])
  })

  test('names no other file, and none is read for it', async () => {
    const secret = join(dir, 'secret.wav')
    await make('secret.wav', ...tone)
    const lists = [
      `#EXTM3U\n#EXTINF:2,\nfile://${secret}\n`,
      `ffconcat version 1.0\nfile '${secret}'\n`,
      `ID3\x03\0\0\0\0\0\0#EXTM3U\n#EXTINF:2,\nfile://${secret}\n`,
    ]
    for (const list of lists) {
      const { status, body } = await send('POST', '/api/v2/media', { file: Buffer.from(list, 'latin1') })
      expect([202, 422]).toContain(status)
      if (status !== 202) continue
      await server.settle()
      expect((await send('GET', `/api/v1/media/${body.id}`)).status).toBe(422)
      expect((await findMedia(server.ctx.db, body.id))?.key).toBe(null)
    }
  })

  test('leaves no file where it was worked on', async () => {
    await until('the last file to be removed', async () => {
      const left = await readdir(workDir)
      return left.every((name) => name.startsWith('holdfast-test-'))
    })
  })

  test('is asked for again while it is worked on', async () => {
    const { db } = server.ctx
    const { body } = await upload({ file: await make('i.wav', ...tone) })
    await db.updateTable('media').set({ state: 'processing', key: null }).where('id', '=', body.id).execute()
    const { status, body: early } = await send('GET', `/api/v1/media/${body.id}`)
    expect([status, check('MediaAttachmentProcessing', early).url]).toEqual([206, null])
  })
})
