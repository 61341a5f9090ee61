import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { listAuditEntries } from '../../src/store/audit-log.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { readMailFiles } from '../support/mail-files.ts'
import { createMember } from '../support/people.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

const dayMs = 24 * 3600_000
const path = '/settings/moving'

let server: TestServer
let remote: RemoteServer
let now = new Date()
let clients = 0

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' }, parts: { now: () => now } })
  remote = await startRemoteServer()
})
beforeEach(() => {
  now = new Date()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
})

async function enter(name: string): Promise<FormBrowser> {
  const browser = new FormBrowser(server.origin)
  const from = { 'x-forwarded-for': `198.18.7.${++clients}` }
  await browser.send('/auth/sign_in', '/auth/sign_in', { login: name, password }, from)
  return browser
}

/** A member at a browser, and the same person elsewhere, who names the account here as an alias. */
async function arrive(name: string) {
  const member = await createMember(server.ctx, name)
  const there = await remote.addActor(name, { alsoKnownAs: [`${server.origin}/users/${name}`] })
  return { member, there, browser: await enter(name), self: () => getAccount(server.ctx, name) }
}

const textOf = async (browser: FormBrowser) => (await browser.get(path)).text()

describe('coming here', () => {
  test('needs an alias, which is named, shown and taken back', async () => {
    const { browser, self, there } = await arrive('comer')
    const added = await browser.send(path, `${path}/alias`, { acct: ` ${there.uri} ` })
    expect([added.status, added.headers.get('location')]).toEqual([303, `${path}?done=added`])
    expect((await self()).alsoKnownAs).toEqual([there.uri])
    const page = await textOf(browser)
    expect(findMarkupProblems(page)).toEqual([])
    expect(page).toContain(`@comer@${new URL(remote.origin).host}`)
    await browser.send(path, `${path}/forget`, { alias: there.uri })
    expect((await self()).alsoKnownAs).toEqual([])
  })

  test('names nobody who is not there, and keeps what was typed', async () => {
    const { browser, self } = await arrive('mistyped')
    const refused = await browser.send(path, `${path}/alias`, { acct: `${remote.origin}/users/nobody"` })
    expect(refused.status).toBe(404)
    expect(await refused.text()).toContain('/users/nobody&#34;')
    expect((await self()).alsoKnownAs).toEqual([])
  })
})

describe('going away', () => {
  test('tells the member by mail and in the log, closes the account, and may be taken back', async () => {
    const { browser, self, there, member } = await arrive('goer')
    const unsure = await browser.send(path, `${path}/start`, { to: there.uri })
    expect([unsure.status, (await self()).movedTo]).toEqual([422, null])
    const moved = await browser.send(path, `${path}/start`, { to: there.uri, sure: 'yes' })
    expect([moved.status, moved.headers.get('location')]).toEqual([303, `${path}?done=started`])
    expect((await self()).movedTo).toBe(there.uri)
    await server.settle()
    const away = await textOf(browser)
    expect(findMarkupProblems(away)).toEqual([])
    expect(away).toContain(there.uri)
    expect(away).not.toContain(`${path}/start`)
    const profile = await (await fetch(`${server.origin}/@goer`, { headers: { accept: 'text/html' } })).text()
    expect(profile).toContain(`<a href="${there.uri}">`)

    await browser.send(path, `${path}/cancel`, {})
    expect((await self()).movedTo).toBeNull()
    await server.settle()
    const acts = (await listAuditEntries(server.ctx.db, member.id, 30)).map(({ act }) => act)
    expect(acts).toEqual(expect.arrayContaining(['move.started', 'move.cancelled']))
    const mails = (await readMailFiles(server.ctx)).filter(({ text }) => text.includes('To: goer@'))
    expect(mails.filter(({ text }) => text.includes('Subject: Your account is moving'))).toHaveLength(1)
    expect(mails.filter(({ text }) => text.includes('Subject: Your move was taken back'))).toHaveLength(1)
  })

  test('is possible again after thirty days, and the page says when', async () => {
    const { browser, there } = await arrive('twice')
    await browser.send(path, `${path}/start`, { to: there.uri, sure: 'yes' })
    await browser.send(path, `${path}/cancel`, {})
    const waiting = await textOf(browser)
    expect(waiting).toContain(new Date(now.getTime() + 30 * dayMs).toISOString())
    expect(waiting).not.toContain(`${path}/start`)
    const again = await browser.post(`${path}/start`, { to: there.uri, sure: 'yes', form_token: 'none' })
    expect(again.status).toBe(403)
    const token = /name="form_token" value="([^"]+)"/.exec(waiting)?.[1] ?? ''
    const early = await browser.post(`${path}/start`, { to: there.uri, sure: 'yes', form_token: token })
    expect([early.status, early.headers.get('retry-after')]).toEqual([429, String(30 * 24 * 3600)])
    now = new Date(now.getTime() + 30 * dayMs)
    expect(await textOf(await enter('twice'))).toContain(`${path}/start`)
  })

  test('needs the alias there', async () => {
    const { browser, self } = await arrive('alone')
    const other = await remote.addActor('unrelated')
    const refused = await browser.send(path, `${path}/start`, { to: other.uri, sure: 'yes' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toMatch(/role="alert"[^<]*does not name/)
    expect((await self()).movedTo).toBeNull()
  })
})

test('Nothing here is seen or done unless the password was given within ten minutes', async () => {
  const { browser, self, there } = await arrive('stale')
  const page = await textOf(browser)
  const form_token = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
  now = new Date(now.getTime() + 11 * 60_000)
  expect((await browser.get(path)).headers.get('location')).toMatch(/^\/auth\/prove\?/)
  const fields = { form_token, acct: there.uri, to: there.uri, sure: 'yes' }
  for (const act of ['alias', 'start', 'cancel', 'forget']) {
    const answer = await browser.post(`${path}/${act}`, fields)
    expect([act, answer.status, answer.headers.get('location')]).toEqual([
      act,
      303,
      `/auth/prove?next=${encodeURIComponent(path)}`,
    ])
  }
  expect(await self()).toMatchObject({ movedTo: null, alsoKnownAs: [] })
})
