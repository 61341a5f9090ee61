import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { check } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { oldActor, writeMastodonArchive } from '../support/archives.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

let server: TestServer
let anna: ApiMember
let eve: ApiMember
let dir: string
let archive: Buffer

beforeAll(async () => {
  server = await startServer()
  anna = await signUp(server, 'anna')
  eve = await signUp(server, 'eve')
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
  await writeMastodonArchive(join(dir, 'a.zip'), 20, 1)
  archive = await readFile(join(dir, 'a.zip'))
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const imports = '/api/holdfast/v1/imports'

async function upload(scopes: string[]) {
  const body = new FormData()
  body.set('data', new Blob([new Uint8Array(archive)]), 'archive.zip')
  const headers = { authorization: `Bearer ${await issueToken(server.ctx, anna.actor.id, scopes)}` }
  const response = await fetch(server.origin + imports, { method: 'POST', body, headers })
  return { status: response.status, body: (await response.json()) as any }
}

test(
  'An archive is brought by an app that may post, and shown to its member alone',
  { timeout: 120_000 },
  async () => {
    expect((await upload(['write:follows'])).status).toBe(403)
    const { status, body } = await upload(['write:statuses'])
    expect(status).toBe(202)
    expect(body).toMatchObject({ type: 'archive', file_name: 'archive.zip' })
    await until(
      'the archive to be in',
      async () => (await anna.get(`${imports}/${body.id}`)).state === 'done',
      {
        seconds: 60,
      },
    )
    expect(await anna.get(`${imports}/${body.id}`)).toMatchObject({
      ...{ software: 'mastodon', former_account: oldActor, total: 20, done: 20, added: 20, failed: 0 },
    })
    const headers = {
      authorization: `Bearer ${await issueToken(server.ctx, eve.actor.id, ['read', 'write'])}`,
    }
    const response = await fetch(`${server.origin}${imports}/${body.id}`, { headers })
    expect(response.status).toBe(404)
  },
)

test('Its posts are ordinary ones that say where they were', async () => {
  const statuses = await anna.get(`/api/v1/accounts/${anna.actor.id}/statuses?limit=40`)
  expect(statuses).toHaveLength(20)
  for (const status of statuses) check('Status', status)
  expect(new Set(statuses.map(({ imported_from }: any) => imported_from))).toEqual(new Set(['old.example']))
  const shown = statuses.find(({ content }: any) => content === '<p>Number 12</p>')
  expect(shown).toMatchObject({ visibility: 'public', created_at: '2017-04-01T12:00:00.000Z' })
  const source = await anna.get(`/api/v1/statuses/${shown.id}/source`)
  expect(source.text).toBe('Number 12')
  const page = await (await fetch(shown.url, { headers: { accept: 'text/html' } })).text()
  expect(page).toContain('imported from old.example')
  const note = (await (
    await fetch(shown.uri, { headers: { accept: 'application/activity+json' } })
  ).json()) as any
  expect(note).toMatchObject({
    id: shown.uri,
    content: '<p>Number 12</p>',
    published: '2017-04-01T12:00:00.000Z',
  })
  expect(note).not.toHaveProperty('source')
})

test('Their old addresses lead to them', async () => {
  for (const old of [`${oldActor}/statuses/12`, 'https://old.example/@alice/12']) {
    const { statuses } = await anna.get(`/api/v2/search?resolve=true&q=${encodeURIComponent(old)}`)
    expect(statuses.map(({ content }: any) => content)).toEqual(['<p>Number 12</p>'])
  }
})
