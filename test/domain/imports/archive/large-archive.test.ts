import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { openSource } from '../../../../src/domain/imports/archive/open-source.ts'
import { mastodonActor, mastodonCreate } from '../../../support/archives.ts'

const posts = 60_000
/** Incompressible, as pictures are. */
const filler = randomBytes(1800).toString('base64')

let dir: string
let path: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
  path = join(dir, 'large.zip')
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(JSON.stringify(mastodonActor)), 'actor.json')
  zip.addReadStream(Readable.from(writeOutbox()), 'outbox.json', { compress: false })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}, 120_000)
afterAll(() => rm(dir, { recursive: true }))

function* writeOutbox(): Generator<Buffer> {
  yield Buffer.from('{"type":"OrderedCollection","orderedItems":[')
  for (let number = 0; number < posts; number++) {
    const item = JSON.stringify(mastodonCreate(number, { content: `<p>${filler}</p>` }))
    yield Buffer.from(number === 0 ? item : `,${item}`)
  }
  yield Buffer.from(']}')
}

test('An outbox of 200 MB is read without being held', { timeout: 240_000 }, async () => {
  await using source = await openSource(path, undefined)
  const before = process.memoryUsage().rss
  let most = 0
  let read = 0
  for await (const item of source.items()) {
    if (item.kind === 'post') read++
    if (read % 500 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  expect(read).toBe(posts)
  expect((most - before) / 1024 ** 2).toBeLessThan(200)
})
