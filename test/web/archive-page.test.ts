import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/store/actors.ts'
import { listImports } from '../../src/store/imports.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { writeMastodonArchive } from '../support/archives.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { findMarkupProblems } from './check-markup.ts'

let server: TestServer
let anna: Actor
let browser: FormBrowser
let dir: string

beforeAll(async () => {
  server = await startServer()
  anna = await createMember(server.ctx, 'anna')
  browser = new FormBrowser(server.origin)
  await browser.send('/auth/sign_in', '/auth/sign_in', { login: 'anna', password })
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const readPage = async () => (await browser.get('/settings/import')).text()

async function upload(content: Buffer): Promise<Response> {
  const token = /name="form_token" value="([^"]+)"/.exec(await readPage())?.[1] ?? ''
  const body = new FormData()
  body.set('form_token', token)
  body.set('archive', new Blob([new Uint8Array(content)]), 'archive.zip')
  const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
  const headers = { cookie, origin: server.origin }
  return fetch(`${server.origin}/settings/import/archive`, {
    ...{ method: 'POST', headers, body, redirect: 'manual' },
  })
}

test('A member brings their posts by the page, which shows how far it is', async () => {
  await writeMastodonArchive(join(dir, 'a.zip'), 30, 0)
  expect((await upload(await readFile(join(dir, 'a.zip')))).status).toBe(303)
  await until('the archive to be in', async () => {
    const [latest] = await listImports(server.ctx.db, anna.id, 1)
    return latest?.finishedAt != null
  })
  const page = await readPage()
  expect(findMarkupProblems(page)).toEqual([])
  expect(page).toContain('30 rows added, 0 there before, 0 failed')
})

test('What is no archive is refused, and nothing is kept of it', async () => {
  const answer = await upload(Buffer.from('hello'))
  expect(answer.status).toBe(422)
  expect(await listImports(server.ctx.db, anna.id, 10)).toHaveLength(1)
})
