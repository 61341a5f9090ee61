import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { leaveAtOnce } from '../../src/domain/accounts/leave.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { archiveActs } from '../support/archive-acts.ts'
import { makeArchive } from '../../src/domain/exports/make-archive.ts'
import { pruneArchives } from '../../src/domain/exports/prune-archives.ts'
import { verifyArchive } from '../../src/domain/exports/verify-archive.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findArchive, listArchives, type Archive } from '../../src/store/archives.ts'
import { pruneUploads } from '../../src/domain/media/prune-uploads.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { readLink, readMailFiles } from '../support/mail-files.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

const hourMs = 3600_000

let server: TestServer
let now = new Date()
let dir: string
let clients = 0

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' }, parts: { now: () => now } })
})
beforeEach(() => {
  now = new Date()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const later = (ms: number) => {
  now = new Date(now.getTime() + ms)
}

async function arrive(name: string): Promise<{ member: Actor; browser: FormBrowser }> {
  const member = await createMember(server.ctx, name)
  await createPost(server.ctx, member, { text: `I am ${name}`, visibility: 'direct' })
  const browser = new FormBrowser(server.origin)
  const from = { 'x-forwarded-for': `198.18.4.${++clients}` }
  await browser.send('/auth/sign_in', '/auth/sign_in', { login: name, password }, from)
  return { member, browser }
}

/** The password once more, some time later. */
async function prove(browser: FormBrowser): Promise<void> {
  const next = '/settings/export'
  const proven = await browser.send(`/auth/prove?next=${next}`, '/auth/prove', { password, next })
  expect(proven.status).toBe(303)
}

/** Asks in the settings, and waits until it is made. */
async function ask({ member, browser }: { member: Actor; browser: FormBrowser }): Promise<Archive> {
  const asked = await browser.send('/settings/export', '/settings/export/archive', {})
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/settings/export?done=archive'])
  await server.settle()
  const [archive] = await listArchives(server.ctx.db, member.id, 1)
  return archive!
}

async function save(response: Response, name: string): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, Buffer.from(await response.arrayBuffer()))
  return path
}

const own = ({ id }: Archive) => `/settings/export/archives/${id}`

describe('an archive from the settings', () => {
  test('is made by itself, whole, and downloaded by its member alone', async () => {
    const alice = await arrive('alice')
    const archive = await ask(alice)
    expect(archive).toMatchObject({ state: 'ready', problem: null, done: archive.total })
    const page = await (await alice.browser.get('/settings/export')).text()
    expect(page).toContain(own(archive))
    expect(findMarkupProblems(page)).toEqual([])
    const sent = await alice.browser.get(own(archive))
    expect([sent.status, sent.headers.get('content-type'), sent.headers.get('cache-control')]).toEqual([
      ...[200, 'application/zip', 'private, no-store'],
    ])
    expect(sent.headers.get('content-disposition')).toMatch(
      /^attachment; filename="archive-\d{14}-[0-9a-f]{32}\.zip"$/,
    )
    const path = await save(sent, 'alice.zip')
    expect(await verifyArchive(path)).toMatchObject({
      actor: `${server.origin}/users/alice`,
      counts: { outbox: 1 },
    })
    expect(await archiveActs(server.ctx, alice.member)).toEqual([
      'archive.asked',
      'archive.made',
      'archive.taken',
    ])
    const bob = await arrive('bob')
    expect((await bob.browser.get(own(archive))).status).toBe(404)
    expect((await new FormBrowser(server.origin).get(own(archive))).status).toBe(303)
    const key = `${server.origin}/media/${archive.key}`
    expect((await fetch(key)).status).toBe(404)
  })

  test('is not thrown away with files that nobody knows', async () => {
    const erin = await arrive('erin')
    const archive = await ask(erin)
    later(2 * hourMs)
    await pruneUploads(server.ctx)
    expect(await server.ctx.storage.measure(archive.key!)).toBe(Number(archive.bytes))
  })

  test('is sent by ranges, and noted once as downloaded', async () => {
    const carl = await arrive('carl')
    const archive = await ask(carl)
    const whole = Buffer.from(await (await carl.browser.get(own(archive))).arrayBuffer())
    const cookie = [...carl.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const part = await fetch(server.origin + own(archive), { headers: { cookie, range: 'bytes=100-199' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${whole.length}`])
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(100, 200))
    const beyond = await fetch(server.origin + own(archive), { headers: { cookie, range: 'bytes=9999999-' } })
    expect(beyond.status).toBe(416)
    expect(
      (await archiveActs(server.ctx, carl.member)).filter((act) => act === 'archive.taken'),
    ).toHaveLength(1)
  })

  test('asks for the password again after a while, and is made once a day', async () => {
    const dora = await arrive('dora')
    const archive = await ask(dora)
    const again = await dora.browser.send('/settings/export', '/settings/export/archive', {})
    expect([again.status, await again.text()]).toEqual([429, expect.stringContaining('once a day')])
    later(16 * 60_000)
    expect((await dora.browser.get(own(archive))).headers.get('location')).toContain('/auth/prove')
    const page = `/auth/prove?next=/settings/export`
    const unproven = await dora.browser.send(page, '/settings/export/archive', {})
    expect(unproven.headers.get('location')).toContain('/auth/prove')
    expect(await listArchives(server.ctx.db, dora.member.id, 9)).toHaveLength(1)
    later(24 * hourMs)
    await prove(dora.browser)
    const second = await ask(dora)
    expect([second.state, second.id === archive.id]).toEqual(['ready', false])
  })

  test('goes after a week, file and all', async () => {
    const frank = await arrive('frank')
    const archive = await ask(frank)
    later(7 * 24 * hourMs + 1)
    await prove(frank.browser)
    expect((await frank.browser.get(own(archive))).status).toBe(404)
    await pruneArchives(server.ctx)
    await server.settle()
    expect(await findArchive(server.ctx.db, archive.id)).toBeUndefined()
    expect(await server.ctx.storage.measure(archive.key!)).toBeUndefined()
  })

  test('goes with its account', async () => {
    const gina = await arrive('gina')
    const archive = await ask(gina)
    await leaveAtOnce(server.ctx, gina.member, {})
    await server.settle()
    expect(await findArchive(server.ctx.db, archive.id)).toBeUndefined()
    expect(await server.ctx.storage.measure(archive.key!)).toBeUndefined()
  })
})

describe('the link of a mail', () => {
  const linkFor = (name: string) => readLink(server.ctx, `${name}@mail.example`, '/archives/')

  test('opens once, for the browser that opens it, which may go on with a download', async () => {
    const hal = await arrive('hal')
    await ask(hal)
    const link = await linkFor('hal')
    expect(link).toMatch(/^\/archives\/[\w-]{43}$/)
    const browser = new FormBrowser(server.origin)
    // A program that takes a look at mail uses nothing up.
    for (const _ of [1, 2]) expect((await fetch(server.origin + link)).status).toBe(200)
    const page = await (await browser.get(link)).text()
    expect(findMarkupProblems(page)).toEqual([])
    expect((await browser.post(link, { form_token: 'wrong' })).status).toBe(403)
    const opened = await browser.send(link, link, {})
    const place = opened.headers.get('location')!
    expect([opened.status, place.startsWith(`${link}/archive-`)]).toEqual([303, true])
    const path = await save(await browser.get(place), 'hal.zip')
    expect(await verifyArchive(path)).toMatchObject({ actor: `${server.origin}/users/hal` })
    expect((await browser.get(place)).status).toBe(200)
    expect(await (await browser.get(link)).text()).toContain(place)
    const other = new FormBrowser(server.origin)
    for (const where of [link, place]) expect((await other.get(where)).status).toBe(404)
    later(hourMs + 1)
    expect((await browser.get(place)).status).toBe(404)
    expect(await archiveActs(server.ctx, hal.member)).toContain('archive.taken')
  })

  test('opens nothing after a day, and none that was made up opens anything', async () => {
    await ask(await arrive('ida'))
    const link = await linkFor('ida')
    const browser = new FormBrowser(server.origin)
    await browser.get(link)
    later(24 * hourMs + 1)
    expect((await browser.get(link)).status).toBe(404)
    for (const made of [`/archives/${'a'.repeat(43)}`, '/archives/x', '/archives/..%2f'])
      expect([made, (await browser.get(made)).status]).toEqual([made, 404])
  })

  test('is told to nobody but the member', async () => {
    await ask(await arrive('jim'))
    const [mail] = (await readMailFiles(server.ctx)).filter(({ text }) =>
      text.includes('To: jim@mail.example'),
    )
    expect(mail?.text).toContain('choose another one at once')
    const { rows } = await sql<{ n: string }>`
      select count(*) as n from pgboss.job where data::text like '%/archives/%'`.execute(server.ctx.db)
    expect(Number(rows[0]?.n)).toBe(0)
  })
})

describe('an archive by an app', () => {
  const api = '/api/holdfast/v1/archives'

  async function appOf(member: Actor, scopes: string[]) {
    const token = await issueToken(server.ctx, member.id, scopes)
    return (method: string, path: string, input?: object) =>
      fetch(server.origin + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(input && { body: JSON.stringify(input) }),
      })
  }

  test('needs the password to be asked for and to be fetched', async () => {
    const kate = await createMember(server.ctx, 'kate')
    const call = await appOf(kate, ['read', 'write'])
    expect((await call('POST', api)).status).toBe(403)
    expect((await call('POST', api, { password: 'wrong horse' })).status).toBe(403)
    const asked = await call('POST', api, { password })
    const { id, state } = (await asked.json()) as { id: string; state: string }
    expect([asked.status, state]).toEqual([202, 'pending'])
    expect((await call('POST', api, { password })).status).toBe(429)
    await server.settle()
    const shown = (await (await call('GET', `${api}/${id}`)).json()) as object
    expect(shown).toMatchObject({ id, state: 'ready', problem: null })
    expect(await (await call('GET', api)).json()).toEqual([shown])
    expect((await call('POST', `${api}/${id}/file`, {})).status).toBe(403)
    const sent = await call('POST', `${api}/${id}/file`, { password })
    expect(sent.headers.get('cache-control')).toBe('private, no-store')
    expect(await verifyArchive(await save(sent, 'kate.zip'))).toMatchObject({ counts: { outbox: 0 } })
  })

  test("is not another member's to see or to have, nor a reader's to ask for", async () => {
    const lena = await createMember(server.ctx, 'lena')
    const mara = await createMember(server.ctx, 'mara')
    const call = await appOf(lena, ['read', 'write'])
    const { id } = (await (await call('POST', api, { password })).json()) as { id: string }
    await server.settle()
    const theirs = await appOf(mara, ['read', 'write'])
    expect((await theirs('GET', `${api}/${id}`)).status).toBe(404)
    expect((await theirs('POST', `${api}/${id}/file`, { password })).status).toBe(404)
    expect(await (await theirs('GET', api)).json()).toEqual([])
    const reader = await appOf(lena, ['read'])
    expect((await reader('POST', api, { password })).status).toBe(403)
    expect((await reader('POST', `${api}/${id}/file`, { password })).status).toBe(403)
  })
})

test('An archive that was made is not made again, and one whose row is gone leaves no file', async () => {
  const nora = await arrive('nora')
  const archive = await ask(nora)
  const before = (await readMailFiles(server.ctx)).length
  await makeArchive(server.ctx, archive.id)
  await server.settle()
  expect(await findArchive(server.ctx.db, archive.id)).toEqual(archive)
  expect(await readMailFiles(server.ctx)).toHaveLength(before)
  await makeArchive(server.ctx, '1')
})
