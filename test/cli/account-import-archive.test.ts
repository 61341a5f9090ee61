import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { oldActor, writeMastodonArchive, writeZip } from '../support/archives.ts'
import { createCommandLine, run, type CommandLine } from '../support/command-line.ts'
import { openZip } from '../support/open-zip.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let home: CommandLine
let database: TestDatabase
let dir: string

beforeAll(async () => {
  home = await createCommandLine()
  database = await createTestDatabase()
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterAll(async () => {
  await home?.close()
  await database?.drop()
  await rm(dir, { recursive: true })
})

const given = (name: string) => ['--email', `${name}@mail.example`, '--password', 'correct horse']

const elsewhere = () => ({
  DATABASE_URL: database.connectionString,
  DATA_DIR: join(dir, 'away'),
  ORIGIN: 'https://away.example',
})

/** The same on another instance. */
async function away(...argv: string[]): Promise<any> {
  const outcome = await run([...argv, '--json'], elsewhere())
  expect(outcome.stderr).toBe('')
  return JSON.parse(outcome.stdout)
}

test('An archive of Mastodon is brought at a terminal, and once', async () => {
  await home.json('account', 'create', 'alice', ...given('alice'))
  const file = join(dir, 'mastodon.zip')
  await writeMastodonArchive(file, 60, 2)
  const brought = await home.json('account', 'import', 'alice', file)
  expect(brought).toMatchObject({
    type: 'archive',
    state: 'done',
    software: 'mastodon',
    added: 60,
    failed: 0,
  })
  expect(brought.former_account).toBe(oldActor)
  expect(await home.json('account', 'import', 'alice', file)).toMatchObject({ added: 0, kept: 60 })
  expect(await home.json('deliveries')).toMatchObject({ pending: 0, delivered: 0 })
})

test('What one instance exports another one takes in, with threads and visibility', async () => {
  await home.json('account', 'create', 'bea', ...given('bea'))
  const first = await home.json('post', 'bea', 'One #tag')
  await home.json('post', 'bea', 'Two', '--reply-to', first.id, '--visibility', 'private')
  const file = join(dir, 'bea.zip')
  await home.json('account', 'export', 'bea', '--out', file)
  await away('account', 'create', 'bea', ...given('bea'))
  const files = new Map(await openZip(file))
  files.set('outbox.json', Buffer.from(files.get('outbox.json')!.toString().replace('One', 'Ten')))
  const changed = join(dir, 'changed.zip')
  await writeZip(changed, [...files])
  const refused = await run(['account', 'import', 'bea', changed], elsewhere())
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('not what was put into')])
  const brought = await away('account', 'import', 'bea', file)
  expect(brought).toMatchObject({ state: 'done', software: 'holdfast', added: 2, failed: 0 })
  const posts = await away('timeline', 'bea')
  expect(
    posts.map(({ text, visibility, imported_from }: any) => ({ text, visibility, imported_from })),
  ).toEqual([
    { text: 'Two', visibility: 'private', imported_from: 'home.example' },
    { text: 'One #tag', visibility: 'public', imported_from: 'home.example' },
  ])
  expect(posts[0].in_reply_to_uri).toBe(posts[1].uri)
})

test('What is no archive is refused in a sentence', async () => {
  const file = join(dir, 'other.zip')
  await writeZip(file, [['a.txt', 'x']])
  const { code, stderr } = await home.run('account', 'import', 'alice', file)
  expect(code).toBe(1)
  expect(stderr).toContain('neither an outbox.json nor notes')
  const tried = await home.run('account', 'import', 'alice', file, '--dry-run')
  expect([tried.code, tried.stderr]).toEqual([1, expect.stringContaining('cannot be tried')])
})
