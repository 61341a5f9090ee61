import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OperatorError } from '../../../src/lib/errors.ts'
import { openStorage } from '../../../src/lib/storage/open-storage.ts'
import type { MediaStorage } from '../../../src/lib/storage/storage.ts'
import { startBucket, type TestBucket } from '../../support/bucket.ts'

let dir: string
let bucket: TestBucket
const storages = new Map<string, MediaStorage>()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  bucket = await startBucket()
  storages.set('a directory', openStorage(`file:${join(dir, 'media %20#?')}`))
  storages.set('a bucket', openStorage(bucket.mediaUrl))
})
afterAll(async () => {
  for (const storage of storages.values()) storage.close()
  await bucket?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const key = `${'ab12'.repeat(8)}.png`
const other = `${'cd34'.repeat(8)}.mp4`
const text = '0123456789'.repeat(20_000)
const bytes = Buffer.from(text)

async function source(content: Uint8Array = bytes): Promise<string> {
  const path = join(dir, 'source')
  await writeFile(path, content)
  return path
}

async function readAll(storage: MediaStorage, name: string, range?: { start: number; end: number }) {
  const file = await storage.open(name, range)
  return file && { size: file.size, text: (await buffer(file.stream)).toString() }
}

describe.each(['a directory', 'a bucket'])('%s', (kind) => {
  const storage = () => storages.get(kind)!

  test('gives back what it was given, whole and in part, until it is deleted', async () => {
    await storage().put(key, await source(), 'image/png')
    expect(await storage().measure(key)).toBe(200_000)
    expect(await readAll(storage(), key)).toEqual({ size: 200_000, text })
    const parts = [
      { start: 0, end: 1 },
      { start: 5, end: 14 },
      { start: 199_990, end: 199_999 },
    ]
    for (const range of parts)
      expect(await readAll(storage(), key, range)).toEqual({
        size: 200_000,
        text: text.slice(range.start, range.end + 1),
      })
    expect(await storage().open(key, { start: 200_000, end: 200_001 })).toBe(undefined)
    await storage().delete(key)
    await storage().delete(key)
    expect([await storage().measure(key), await storage().open(key)]).toEqual([undefined, undefined])
  })

  test('keeps the last of what goes by a name', async () => {
    await storage().put(key, await source(Buffer.from('one')), 'image/png')
    await storage().put(key, await source(Buffer.from('other')), 'image/png')
    expect((await readAll(storage(), key))?.text).toBe('other')
    await storage().delete(key)
  })

  test('lists what was kept before a moment', async () => {
    const later = new Date(Date.now() + 3_600_000)
    const earlier = new Date(Date.now() - 3_600_000)
    for (const name of [key, other]) await storage().put(name, await source(), 'video/mp4')
    const listed: string[] = []
    for await (const keys of storage().list(later)) listed.push(...keys)
    expect(listed.toSorted()).toEqual([key, other])
    for await (const keys of storage().list(earlier)) expect(keys).toEqual([])
    for (const name of [key, other]) await storage().delete(name)
  })

  test.each(['../source', '..', '', '/etc/passwd', `${key}/../${key}`, 'a\0b', '%2e%2e%2fsource'])(
    'has nothing under %j',
    async (name) => {
      await source()
      expect([await storage().measure(name), await storage().open(name)]).toEqual([undefined, undefined])
      await storage().delete(name)
      expect((await stat(join(dir, 'source'))).isFile()).toBe(true)
    },
  )

  test('lets go of a file that nobody reads to its end', async () => {
    await storage().put(key, await source(), 'image/png')
    const file = await storage().open(key)
    file!.stream.destroy()
    expect((await readAll(storage(), key))?.size).toBe(200_000)
    await storage().delete(key)
  })
})

test('A directory is for its owner alone, and holds nothing that was not written to its end', async () => {
  const root = join(dir, 'private')
  const storage = openStorage(`file:${root}`)
  await storage.put(key, await source(), 'image/png')
  await expect(storage.put(other, join(dir, 'missing'), 'image/png')).rejects.toThrow('ENOENT')
  const modes = [root, join(root, 'ab'), join(root, 'ab', key)].map(
    async (path) => (await stat(path)).mode & 0o777,
  )
  expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o600])
  expect(await readdir(join(root, 'cd'))).toEqual([])
  const draft = join(root, 'ab', `${key}.0123.draft`)
  await writeFile(draft, 'half')
  await utimes(draft, 1, 1)
  for await (const keys of storage.list(new Date())) expect(keys).toEqual([key])
  expect(await readdir(join(root, 'ab'))).toEqual([key])
})

test('A storage that cannot be understood is refused in one sentence', () => {
  const wrong = [
    's3://',
    's3://reef?endpoint=ftp://x',
    's3://reef?acl=public',
    's3://k:secret@reef',
    'file://host/x%00',
  ]
  for (const url of wrong) expect(() => openStorage(url)).toThrow(OperatorError)
  expect(() => openStorage('s3://reef?acl=public')).toThrow(
    'MEDIA_URL has an unknown parameter acl: write s3://',
  )
})
