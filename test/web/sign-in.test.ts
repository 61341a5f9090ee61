import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword, verifyPassword } from '../../src/domain/auth/passwords.ts'
import { resumeSession } from '../../src/domain/auth/sessions.ts'
import { safeNext } from '../../src/web/sign-in/safe-next.ts'
import { sql } from 'kysely'
import { authorizePath, FormBrowser, password, registerTestApp, type TestApp } from '../api/sign-in-kit.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

const dayMs = 24 * 3600_000

let server: TestServer
let now = new Date()
let clients = 0

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' }, parts: { now: () => now } })
  await createMember(server.ctx, 'alice')
})
beforeEach(() => {
  now = new Date()
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** Somebody at an address of their own. */
function visit(): { browser: FormBrowser; from: Record<string, string> } {
  return { browser: new FormBrowser(server.origin), from: { 'x-forwarded-for': `198.18.0.${++clients}` } }
}

async function signIn(login = 'alice', given = password) {
  const { browser, from } = visit()
  const fields = { login, password: given }
  return { browser, response: await browser.send('/auth/sign_in', '/auth/sign_in', fields, from) }
}

describe('signing in', () => {
  test('opens a session that only the browser can use, by name or address', async () => {
    for (const login of ['alice', 'Alice', ' alice@MAIL.example ']) {
      const { browser, response } = await signIn(login)
      expect([response.status, response.headers.get('location')]).toEqual([303, '/auth/sessions'])
      const [cookie] = response.headers.getSetCookie()
      expect(cookie).toMatch(/^holdfast=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000$/)
      expect(await (await browser.get('/auth/sessions')).text()).toContain('You are <strong>@alice@')
    }
    const { rows } = await sql<{
      token: string
    }>`select encode(token_digest, 'hex') as token from sessions`.execute(server.ctx.db)
    expect(rows.every(({ token }) => /^[0-9a-f]{64}$/.test(token))).toBe(true)
  })

  test('says the same whether the name or the password is wrong', async () => {
    const wrong = await signIn('alice', 'wrong horse')
    const unknown = await signIn('nobody', 'wrong horse')
    const long = await signIn('alice', 'x'.repeat(1001))
    const texts = await Promise.all(
      [wrong, unknown, long].map(async ({ response }) => [
        response.status,
        /role="alert">([^<]+)/.exec(await response.text())?.[1],
      ]),
    )
    expect(texts).toEqual(Array(3).fill([401, 'That name and password do not belong together.']))
    expect(wrong.browser.cookies.has('holdfast')).toBe(false)
  })

  test('is for members who may act, and tells others why only when they know the password', async () => {
    const { db } = server.ctx
    const carol = await createMember(server.ctx, 'carol')
    for (const column of ['disabled_at', 'confirmed_at', 'approved_at']) {
      const value = column === 'disabled_at' ? now : null
      await sql`update users set disabled_at = null, confirmed_at = now(), approved_at = now() where account_id = ${carol.id}`.execute(
        db,
      )
      await sql`update users set ${sql.ref(column)} = ${value} where account_id = ${carol.id}`.execute(db)
      expect((await signIn('carol')).response.status).toBe(403)
      expect((await signIn('carol', 'wrong horse')).response.status).toBe(401)
    }
  })

  test('always gives a session of its own, and ends the one before', async () => {
    const { browser } = await signIn()
    const before = browser.cookies.get('holdfast') ?? ''
    expect(await resumeSession(server.ctx, before)).toBeDefined()
    await browser.signIn('alice')
    expect(browser.cookies.get('holdfast')).not.toBe(before)
    expect(await resumeSession(server.ctx, before)).toBeUndefined()
    const planted = 'A'.repeat(43)
    const victim = new FormBrowser(server.origin)
    victim.cookies.set('holdfast', planted)
    await victim.signIn('alice')
    expect(victim.cookies.get('holdfast')).not.toBe(planted)
    expect(await resumeSession(server.ctx, planted)).toBeUndefined()
  })

  test('is tried 25 times from one network, and 25 times at one name', async () => {
    await createMember(server.ctx, 'dave')
    const { browser } = visit()
    const from = { 'x-forwarded-for': '2001:db8:1:2::1' }
    const attempt = (login: string, address: Record<string, string>) =>
      browser.send('/auth/sign_in', '/auth/sign_in', { login, password: 'wrong horse' }, address)
    for (let index = 0; index < 25; index++) expect((await attempt(`guess${index}`, from)).status).toBe(401)
    const refused = await attempt('other', { 'x-forwarded-for': '2001:db8:1:2:ffff::9' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300'])
    for (let index = 0; index < 25; index++)
      expect((await attempt(index % 2 === 0 ? 'dave' : 'DAVE', visit().from)).status).toBe(401)
    expect((await attempt('dave', visit().from)).status).toBe(429)
  })
})

describe('a session', () => {
  test('ends after 14 days in which nobody used it, and after 90 in any case', async () => {
    const start = now.getTime()
    const { browser } = await signIn()
    const secret = browser.cookies.get('holdfast') ?? ''
    for (let day = 13; day < 90; day += 13) {
      now = new Date(start + day * dayMs)
      expect(await resumeSession(server.ctx, secret)).toBeDefined()
    }
    now = new Date(start + 90 * dayMs + 1)
    expect(await resumeSession(server.ctx, secret)).toBeUndefined()
    now = new Date(start)
    const idle = (await signIn()).browser.cookies.get('holdfast') ?? ''
    now = new Date(start + 14 * dayMs + 1)
    expect(await resumeSession(server.ctx, idle)).toBeUndefined()
  })

  test('ends when its member may not act any more', async () => {
    const erin = await createMember(server.ctx, 'erin')
    const { browser } = await signIn('erin')
    const secret = browser.cookies.get('holdfast') ?? ''
    expect(await resumeSession(server.ctx, secret)).toBeDefined()
    await sql`update accounts set suspended_at = now() where id = ${erin.id}`.execute(server.ctx.db)
    expect(await resumeSession(server.ctx, secret)).toBeUndefined()
  })

  test('is ended by signing out, or from another browser of the same member', async () => {
    const { browser } = await signIn()
    const secret = browser.cookies.get('holdfast') ?? ''
    const out = await browser.send('/auth/sessions', '/auth/sign_out', {})
    expect([out.status, browser.cookies.has('holdfast')]).toEqual([303, false])
    expect(await resumeSession(server.ctx, secret)).toBeUndefined()

    await createMember(server.ctx, 'frank')
    const [one, two] = [await signIn('frank'), await signIn('frank')]
    const page = await (await one.browser.get('/auth/sessions')).text()
    const [, name = ''] = /sessions\/([0-9a-f]{64})\/end/.exec(page) ?? []
    const stranger = await signIn('alice')
    const path = `/auth/sessions/${name}/end`
    expect((await stranger.browser.send('/auth/sessions', path, {})).status).toBe(404)
    expect(await resumeSession(server.ctx, two.browser.cookies.get('holdfast') ?? '')).toBeDefined()
    expect((await one.browser.send('/auth/sessions', path, {})).status).toBe(303)
    expect(await resumeSession(server.ctx, two.browser.cookies.get('holdfast') ?? '')).toBeUndefined()
    expect(await resumeSession(server.ctx, one.browser.cookies.get('holdfast') ?? '')).toBeDefined()
  })
})

describe('every form that acts by a cookie', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await registerTestApp(server.origin)
  })
  const actions = (): [string, string, Record<string, string>][] => [
    ['/auth/sign_in?again=true', '/auth/sign_in', { login: 'alice', password }],
    ['/auth/sessions', '/auth/sign_out', {}],
    ['/auth/sessions', `/auth/sessions/${'0'.repeat(64)}/end`, {}],
    [authorizePath(app), authorizePath(app), { decision: 'allow' }],
  ]

  test('is refused from anywhere but a page of ours', async () => {
    const { browser } = await signIn()
    const secret = browser.cookies.get('holdfast') ?? ''
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { origin: `${server.origin}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const [page, action, fields] of actions()) {
      for (const headers of foreign) {
        const response = await browser.send(page, action, fields, headers)
        expect([action, headers, response.status]).toEqual([action, headers, 403])
      }
    }
    expect(await resumeSession(server.ctx, secret)).toBeDefined()
  })

  test('is refused without the token that this browser was given', async () => {
    const { browser } = await signIn()
    const other = await signIn()
    const page = await (await other.browser.get('/auth/sessions')).text()
    const [, foreign = ''] = /form_token" value="([^"]+)"/.exec(page) ?? []
    for (const [, action, fields] of actions()) {
      for (const form_token of ['', 'wrong', foreign]) {
        expect((await browser.post(action, { ...fields, form_token })).status).toBe(403)
      }
    }
    expect(
      (await new FormBrowser(server.origin).post('/auth/sign_in', { login: 'alice', password })).status,
    ).toBe(403)
  })
})

describe('where somebody goes next', () => {
  const home = { origin: 'https://home.example' } as Parameters<typeof safeNext>[0]

  test.each([
    '/',
    '/@alice',
    '/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fapp.example',
    '/web/%2Fevil.test',
  ])('is %s, which is ours', (next) => expect(safeNext(home, next)).toBe(next))

  test.each([
    ...[
      '//evil.test',
      '/\\evil.test',
      '\\\\evil.test',
      'https://evil.test',
      'javascript:alert(1)',
      'evil.test',
      '',
    ],
    ...[
      '/.//evil.test',
      '/x/..//evil.test',
      '/\t/evil.test',
      '/\n/evil.test',
      ' /x',
      '/é',
      `/${'x'.repeat(5000)}`,
    ],
    ...[undefined, ['/a'], 7],
  ])('is never %j', (next) => expect(safeNext(home, next)).toBeUndefined())

  test('is home when the address says otherwise', async () => {
    const { browser } = await signIn()
    const response = await browser.get('/auth/sign_in?next=%2F%2Fevil.test')
    expect([response.status, response.headers.get('location')]).toEqual([303, '/auth/sessions'])
  })
})

test('The pages are sound, are kept by nobody, and cannot be framed', async () => {
  const { browser } = await signIn()
  const app = await registerTestApp(server.origin)
  const paths = [
    '/auth/sign_in?again=true',
    '/auth/sessions',
    authorizePath(app),
    `/oauth/authorize/native?code=${'x'.repeat(43)}`,
  ]
  for (const path of paths) {
    const response = await browser.get(path)
    expect([path, response.status, response.headers.get('cache-control')]).toEqual([
      path,
      200,
      'private, no-store',
    ])
    expect(response.headers.get('content-security-policy')).toContain(`frame-ancestors 'none'`)
    expect([path, findMarkupProblems(await response.text())]).toEqual([path, []])
  }
})

test('With TLS the cookie is held to this host, and never sent without it', async () => {
  await using secure = await startServer({
    env: { ORIGIN: 'https://home.example', ALLOW_PRIVATE_ADDRESS: 'false' },
  })
  const response = await fetch(`http://127.0.0.1:${secure.port}/auth/sign_in`)
  expect(response.headers.getSetCookie()[0]).toMatch(
    /^__Host-holdfast-form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  )
})

test('A password is held by what cannot be turned back, and is known again', async () => {
  const hashed = await hashPassword('correct horse')
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const verdicts = [
    await verifyPassword('correct horse', hashed),
    await verifyPassword('correct Horse', hashed),
    await verifyPassword('correct horse', undefined),
    await verifyPassword('', undefined),
  ]
  expect(verdicts).toEqual([true, false, false, false])
})
