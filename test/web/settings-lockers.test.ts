import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKit } from '../../src/domain/kits/create-kit.ts'
import { digestToken } from '../../src/domain/auth/digest-token.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listKitDestinations } from '../../src/store/kit-destinations.ts'
import { listLockers } from '../../src/store/lockers.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { readMailFiles } from '../support/mail-files.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startWebdavServer, type WebdavServer } from '../support/webdav-server.ts'
import { findMarkupProblems } from './check-markup.ts'

let server: TestServer
let webdav: WebdavServer
let now = new Date()
let clients = 0

beforeAll(async () => {
  webdav = await startWebdavServer()
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' }, parts: { now: () => now } })
})
beforeEach(() => {
  now = new Date()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await webdav?.[Symbol.asyncDispose]()
})

async function arrive(name: string): Promise<{ member: Actor; browser: FormBrowser }> {
  const member = await createMember(server.ctx, name)
  const browser = new FormBrowser(server.origin)
  const from = { 'x-forwarded-for': `198.18.3.${++clients}` }
  await browser.send('/auth/sign_in', '/auth/sign_in', { login: name, password }, from)
  return { member, browser }
}

const lockers = '/settings/lockers'
const copies = '/settings/copies'

describe('The page of lockers', () => {
  test('makes a locker, shows its address once, and removes it', async () => {
    const { member, browser } = await arrive('keeper')
    const made = await browser.send(lockers, `${lockers}/make`, {})
    const text = await made.text()
    expect([made.status, made.headers.get('cache-control'), findMarkupProblems(text)]).toEqual([
      200,
      'private, no-store',
      [],
    ])
    const [, id, token] = /copyable code">[^<]*\/lockers\/(\d+)#([\w-]{43})</.exec(text) ?? []
    const [locker] = await listLockers(server.ctx.db, member.id)
    expect(locker).toMatchObject({ id, depositDigest: digestToken(token ?? ''), key: null })
    const page = await (await browser.get(lockers)).text()
    expect(findMarkupProblems(page)).toEqual([])
    expect(page).toContain('Nothing has come yet')
    expect(page).not.toContain(token)
    const removed = await browser.send(lockers, `${lockers}/remove`, { locker: id ?? '' })
    expect(removed.headers.get('location')).toBe(`${lockers}?done=removed`)
    expect(await listLockers(server.ctx.db, member.id)).toEqual([])
  })

  test('asks for the password again, and touches the own lockers alone', async () => {
    const { member, browser } = await arrive('owner_of_one')
    await browser.send(lockers, `${lockers}/make`, {})
    const [locker] = await listLockers(server.ctx.db, member.id)
    const other = await arrive('not_owner')
    const tried = await other.browser.send(lockers, `${lockers}/remove`, { locker: locker!.id })
    expect(tried.status).toBe(404)
    now = new Date(now.getTime() + 20 * 60_000)
    for (const path of [lockers, copies])
      expect((await browser.get(path)).headers.get('location')).toBe(
        `/auth/prove?next=${encodeURIComponent(path)}`,
      )
    expect(await listLockers(server.ctx.db, member.id)).toHaveLength(1)
  })
})

describe('The page of copies', () => {
  test('asks for a kit first', async () => {
    const { member, browser } = await arrive('without')
    expect(await (await browser.get(copies)).text()).toContain('href="/settings/kit"')
    const fields = { folder: webdav.folder, username: webdav.username, password: webdav.password }
    await browser.send(lockers, `${copies}/to-folder`, fields)
    await server.settle()
    expect(await listKitDestinations(server.ctx.db, member.id)).toHaveLength(1)
    expect(webdav.requests).toEqual([])
  })

  test('adds places, says how it goes there, shows no password, and removes them', async () => {
    const { member, browser } = await arrive('sender')
    await createKit(server.ctx, member, 'seven sisters under the sea', { withKey: false, withMedia: false })
    const empty = await (await browser.get(copies)).text()
    expect(findMarkupProblems(empty)).toEqual([])
    const fields = { folder: webdav.folder, username: webdav.username, password: webdav.password }
    const added = await browser.send(copies, `${copies}/to-folder`, fields)
    expect(added.headers.get('location')).toBe(`${copies}?done=added`)
    await browser.send(copies, `${copies}/by-mail`, { weekly: 'yes' })
    await server.settle()
    const page = await (await browser.get(copies)).text()
    expect(findMarkupProblems(page)).toEqual([])
    expect(page.match(/The latest copy arrived/g)).toHaveLength(2)
    expect(page).not.toContain(webdav.password)
    expect(webdav.files.size).toBe(1)
    const [file] = (await readMailFiles(server.ctx)).filter(({ name }) => name.endsWith('.attached'))
    const { size } = await stat(join(server.ctx.config.dataDir, 'mail', file!.name))
    expect([file?.mode, size]).toEqual([0o600, Buffer.byteLength(file!.text)])
    expect(file?.text).toMatch(/^\{"format":"holdfast-kit"/)
    for (const { id } of await listKitDestinations(server.ctx.db, member.id))
      await browser.send(copies, `${copies}/remove`, { place: id })
    expect(await listKitDestinations(server.ctx.db, member.id)).toEqual([])
  })

  test('says what is wrong with an address, and keeps what was typed but for the password', async () => {
    const { member, browser } = await arrive('typist')
    await createKit(server.ctx, member, 'seven sisters under the sea', { withKey: false, withMedia: false })
    const fields = { folder: 'ftp://far.example/x', username: 'typed', password: 'typed secret' }
    const answer = await browser.send(copies, `${copies}/to-folder`, fields)
    const text = await answer.text()
    expect([answer.status, findMarkupProblems(text)]).toEqual([422, []])
    expect(text).toContain('must begin with https://')
    expect(text).toContain('value="typed"')
    expect(text).not.toContain('typed secret')
    expect(await listKitDestinations(server.ctx.db, member.id)).toEqual([])
  })
})
