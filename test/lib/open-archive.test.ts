import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { ZipFile, type Options } from 'yazl'
import { ArchiveError, archiveLimits, openArchive } from '../../src/lib/open-archive.ts'

const folder = await mkdtemp(join(tmpdir(), 'archive-'))
afterAll(() => rm(folder, { recursive: true }))
let made = 0

type File = { name: string; content?: Buffer | string; options?: Partial<Options> }

async function makeZip(files: readonly File[]): Promise<string> {
  const zip = new ZipFile()
  for (const { name, content = name, options } of files) zip.addBuffer(Buffer.from(content), name, options)
  zip.end()
  return keep(await buffer(zip.outputStream))
}

async function keep(bytes: Buffer): Promise<string> {
  const path = join(folder, `${++made}.zip`)
  await writeFile(path, bytes)
  return path
}

/** A name of the same length in its place: no honest program writes such a one. */
async function renamed(from: string, to: string): Promise<string> {
  const bytes = await readFile(await makeZip([{ name: from, content: 'x' }]))
  return keep(Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1'))
}

describe('An archive', () => {
  test('is read file by file', async () => {
    const path = await makeZip([
      { name: 'actor.json', content: '{}' },
      { name: 'media/a.png', content: Buffer.alloc(100_000, 7) },
      { name: 'Grüße.txt', content: 'Grüße' },
    ])
    await using archive = await openArchive(path)
    expect([...archive.entries.keys()]).toEqual(['actor.json', 'media/a.png', 'Grüße.txt'])
    expect(await buffer(await archive.entries.get('media/a.png')!.read())).toEqual(Buffer.alloc(100_000, 7))
    expect(archive.entries.get('actor.json')!.bytes).toBe(2)
  })

  test.each([
    ['leads up', 'aaaa.txt', '../a.txt'],
    ['leads up from within', 'b/bbb/x', 'b/../../'],
    ['begins at the root', 'xetc/pass', '/etc/pass'],
    ['begins with a drive', 'CC/a.txt', 'C:/a.txt'],
    ['has backslashes', 'a-b.txt', 'a\\b.txt'],
    ['has a NUL', 'a-b.txt', 'a\0b.txt'],
  ])('with a name that %s is refused', async (_what, from, to) => {
    await expect(openArchive(await renamed(from, to))).rejects.toThrow(ArchiveError)
  })

  test.each([
    ['a link', { mode: 0o120777 }],
    ['a device', { mode: 0o020666 }],
  ])('with %s is refused', async (_what, options) => {
    await expect(openArchive(await makeZip([{ name: 'a', options }]))).rejects.toThrow('not files')
  })

  test('with names that differ in case only, or not at all, is refused', async () => {
    await expect(openArchive(await makeZip([{ name: 'a.txt' }, { name: 'A.txt' }]))).rejects.toThrow(
      'same name',
    )
    await expect(openArchive(await makeZip([{ name: 'a.txt' }, { name: 'a.txt' }]))).rejects.toThrow(
      'same name',
    )
  })

  test('that unpacks to far more than it is is refused before anything is unpacked', async () => {
    const path = await makeZip([{ name: 'bomb', content: Buffer.alloc(20 * 1024 ** 2) }])
    await expect(openArchive(path)).rejects.toThrow('far more')
  })

  test('with too many or too large files is refused', async () => {
    const path = await makeZip([{ name: 'a' }, { name: 'b' }, { name: 'c', content: 'long enough' }])
    await expect(openArchive(path, { ...archiveLimits, files: 2 })).rejects.toThrow('more than 2 files')
    await expect(openArchive(path, { ...archiveLimits, bytes: 12 })).rejects.toThrow('more than is taken in')
  })

  test('whose files lie one over the other is refused', async () => {
    const bytes = await readFile(
      await makeZip([
        { name: 'a', content: 'same' },
        { name: 'b', content: 'same' },
      ]),
    )
    const second = bytes.lastIndexOf(Buffer.from('PK\u0001\u0002'))
    bytes.writeUInt32LE(0, second + 42)
    await expect(openArchive(await keep(bytes))).rejects.toThrow('one over the other')
  })

  test('that was altered says so when the altered file is read', async () => {
    const path = await makeZip([{ name: 'a', content: 'what was written', options: { compress: false } }])
    const bytes = await readFile(path)
    bytes[bytes.indexOf('written')] = 87
    await using archive = await openArchive(await keep(bytes))
    const read = async () => buffer(await archive.entries.get('a')!.read())
    await expect(read()).rejects.toThrow('damaged')
  })

  test.each([
    ['empty', Buffer.alloc(0)],
    ['something else', Buffer.from('hello')],
    ['cut', undefined],
  ])('that is %s is refused', async (_what, given) => {
    const whole = await readFile(await makeZip([{ name: 'a' }]))
    await expect(openArchive(await keep(given ?? whole.subarray(0, whole.length - 10)))).rejects.toThrow(
      ArchiveError,
    )
  })
})
