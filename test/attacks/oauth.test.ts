import { request } from 'node:http'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { changePassword } from '../../src/domain/auth/change-password.ts'
import { endAllAccess } from '../../src/domain/auth/end-all-access.ts'
import { forgetEndedSignIns } from '../../src/domain/auth/forget-ended.ts'
import { signOutApp } from '../../src/domain/auth/sign-out-app.ts'
import { transact } from '../../src/db/transact.ts'
import { findApp } from '../../src/store/apps.ts'
import {
  authorizePath,
  callback,
  exchange,
  FormBrowser,
  makeChallenge,
  obtainCode,
  password,
  postForm,
  postJson,
  registerTestApp,
  type TestApp,
} from '../api/sign-in-kit.ts'
import { readMailFiles } from '../support/mail-files.ts'
import { startWatchedServer, watch, type WatchedServer } from '../support/oracle.ts'
import { createMember } from '../support/people.ts'

const hourMs = 3600_000

let server: WatchedServer
let now = new Date()
let app: TestApp
let browser: FormBrowser

beforeAll(async () => {
  server = await startWatchedServer({ parts: { now: () => now } })
  await createMember(server.ctx, 'alice')
  app = await registerTestApp(server.origin)
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
})
beforeEach(() => {
  now = new Date()
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function obtainToken(from = app): Promise<string> {
  const response = await exchange(server.origin, from, await obtainCode(browser, from))
  expect(response.status).toBe(200)
  return ((await response.json()) as { access_token: string }).access_token
}

const ask = async (path: string, headers: Record<string, string>) =>
  (await fetch(server.origin + path, { headers, redirect: 'manual' })).status
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const credentials = '/api/v1/accounts/verify_credentials'

describe('the question to the member', () => {
  it.each([
    [
      'two addresses',
      [
        ['redirect_uri', callback],
        ['redirect_uri', 'https://evil.example/'],
      ],
    ],
    ['a list of addresses', [['redirect_uri[]', callback]]],
    ['an address within another', [['redirect_uri[x]', callback]]],
    ['no address', []],
    [
      'two apps',
      [
        ['redirect_uri', callback],
        ['client_id', 'other'],
      ],
    ],
    ['NUL behind the address', [['redirect_uri', `${callback}\0`]]],
    ['a line behind the address', [['redirect_uri', `${callback}\r\nX: y`]]],
  ])('sends nobody anywhere for %s', async (_name, more) => {
    const base = new URLSearchParams({ response_type: 'code', client_id: app.client_id, scope: 'read' })
    for (const [name, value] of more) base.append(name!, value!)
    const path = `/oauth/authorize?${base.toString()}`
    const shown = await browser.get(path)
    const answered = await browser.send(authorizePath(app), path, { decision: 'allow' })
    expect([shown.status, answered.status]).toEqual([400, 400])
    expect([shown.headers.get('location'), answered.headers.get('location')]).toEqual([null, null])
  })

  it('takes nothing but a clear yes for one', async () => {
    const path = authorizePath(app)
    for (const decision of ['', 'ALLOW', 'allow ', 'true', '1', 'deny'])
      expect((await browser.send(path, path, { decision })).headers.get('location') ?? '').not.toContain(
        'code=',
      )
    const asked = await browser.get(`${path}&decision=allow`)
    expect([asked.status, asked.headers.get('location')]).toEqual([200, null])
  })

  it('takes an empty wish for the least, and no wish for more than was registered', async () => {
    const narrow = await registerTestApp(server.origin, { scopes: 'read:statuses' })
    for (const scope of ['read', 'write', 'read:statuses read:accounts', 'push', 'profile'])
      expect([scope, (await browser.get(authorizePath(narrow, { scope }))).status]).toEqual([scope, 400])
    const code = await obtainCode(browser, app, { scope: '' })
    expect(await (await exchange(server.origin, app, code)).json()).toMatchObject({ scope: 'read' })
  })
})

describe('a code', () => {
  it('is asked for with a challenge or without, and is given for no less', async () => {
    const { verifier, challenge } = makeChallenge()
    const code = await obtainCode(browser, app, { code_challenge: challenge, code_challenge_method: 'S256' })
    const wrong = ['', verifier.slice(0, -1), `${verifier}a`, verifier.toLowerCase(), challenge]
    for (const code_verifier of wrong)
      expect((await exchange(server.origin, app, code, { code_verifier })).status).toBe(400)
    expect((await exchange(server.origin, app, code, { code_verifier: verifier })).status).toBe(200)
  })

  it('is good for nothing once the member signed out everywhere, or the app, or chose another password', async () => {
    const { id } = await createMember(server.ctx, 'zoe')
    const ends: (() => Promise<unknown>)[] = [
      () => transact(server.ctx, (tx) => endAllAccess(tx, id)),
      () => signOutApp(server.ctx, id, app.id),
      () => changePassword(server.ctx, id, { password, session: Buffer.alloc(32), keepsApps: false }),
    ]
    for (const end of ends) {
      const her = new FormBrowser(server.origin)
      await her.signIn('zoe')
      const code = await obtainCode(her, app)
      await end()
      const refused = await exchange(server.origin, app, code)
      expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    }
  })

  it('opens nothing for a member who may not act', async () => {
    const eve = await createMember(server.ctx, 'eve')
    const her = new FormBrowser(server.origin)
    await her.signIn('eve')
    const code = await obtainCode(her, app)
    await sql`update accounts set suspended_at = now() where id = ${eve.id}`.execute(server.ctx.db)
    const answer = await exchange(server.origin, app, code)
    const { access_token = 'none' } = (await answer.json()) as { access_token?: string }
    expect([401, 403]).toContain(await ask(credentials, bearer(access_token)))
    expect((await her.get(authorizePath(app))).status).toBe(303)
  })
})

describe('what opens a door', () => {
  it('is one thing for apps and another for browsers', async () => {
    const token = await obtainToken()
    const session = browser.cookies.get('holdfast') ?? ''
    expect(await ask(credentials, { cookie: `holdfast=${session}` })).toBe(401)
    expect(await ask(credentials, bearer(session))).toBe(401)
    expect(await ask('/settings', bearer(token))).toBe(303)
    expect(await ask('/settings', { cookie: `holdfast=${token}` })).toBe(303)
    expect(await ask(credentials, bearer(app.client_secret))).toBe(401)
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer null',
    'Basic eDp5',
    'Bearer \u00e4',
    `Bearer ${'x'.repeat(8000)}`,
  ])('is not %s', async (authorization) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: Buffer.from(authorization).toString('latin1') }
      request(new URL(credentials, server.origin), { headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode))
      })
        .once('error', reject)
        .end()
    })
    expect(status).toBe(401)
  })

  it('is kept by us as nothing that opens it', async () => {
    const code = await obtainCode(browser, app)
    const token = await obtainToken()
    const session = browser.cookies.get('holdfast') ?? ''
    expect([code, token, session].every((secret) => secret.length === 43)).toBe(true)
    const tables = ['oauth_apps', 'oauth_codes', 'access_tokens', 'sessions', 'users', 'audit_log']
    for (const table of tables) {
      const rows = await sql<{
        row: string
      }>`select ${sql.ref(table)}::text as row from ${sql.table(table)}`.execute(server.ctx.db)
      const text = rows.rows.map(({ row }) => row).join('\n')
      for (const secret of [code, token, session, app.client_secret, password]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(Buffer.from(secret).toString('hex'))
      }
    }
    const logged = server.lines.join('')
    for (const secret of [code, token, session, app.client_secret, password])
      expect(logged).not.toContain(secret)
  })
})

describe('registering', () => {
  it('takes names and bodies of a bounded size, and no more apps from one network than it says', async () => {
    const { value } = await watch(server, async () => {
      const huge = await postJson(`${server.origin}/api/v1/apps`, {
        client_name: 'x'.repeat(1_000_000),
        redirect_uris: callback,
      })
      const statuses: number[] = []
      for (let index = 0; index < 40; index++) {
        const { status } = await postForm(`${server.origin}/api/v1/apps`, {
          client_name: `App ${index}`,
          redirect_uris: callback,
        })
        statuses.push(status)
      }
      return { huge: huge.status, statuses }
    })
    expect([413, 422]).toContain(value.huge)
    const taken = value.statuses.filter((status) => status === 200)
    expect(taken.length).toBeLessThanOrEqual(25)
    expect(value.statuses.slice(taken.length).every((status) => status === 429)).toBe(true)
  })

  it('is forgotten after a year in which nobody allowed the app anything, and not before', async () => {
    const apps = await sql<{ id: string }>`select id from oauth_apps where name like 'App %'`.execute(
      server.ctx.db,
    )
    expect(apps.rows.length).toBeGreaterThan(2)
    now = new Date(Date.now() + 365 * 24 * hourMs)
    await forgetEndedSignIns(server.ctx)
    expect(await findApp(server.ctx.db, apps.rows[0]!.id)).toBeDefined()
    now = new Date(Date.now() + 367 * 24 * hourMs)
    await forgetEndedSignIns(server.ctx)
    const left = await sql`select id from oauth_apps where name like 'App %'`.execute(server.ctx.db)
    expect(left.rows).toEqual([])
    expect(await findApp(server.ctx.db, app.id)).toBeDefined()
  })
})

it('Guessing is not made easier by saying where one comes from, nor by other spellings of the address', async () => {
  await using alone = await startWatchedServer()
  const guess = async (path: string, headers: Record<string, string>) => {
    const fields = { login: 'nobody-here', password: 'wrong horse' }
    return (await new FormBrowser(alone.origin).send('/auth/sign_in', path, fields, headers)).status
  }
  for (const path of ['/auth/sign_in.json', '/AUTH/sign_in', '/auth//sign_in', '/auth/%73ign_in%2f'])
    expect([path, await guess(path, {})]).toEqual([path, 404])
  for (let index = 0; index < 26; index++) {
    const address = `198.51.100.${index}`
    const said = { forwarded: `for=${address}`, 'x-real-ip': address, 'x-forwarded-for': address }
    expect(await guess(index % 2 === 0 ? '/auth/sign_in' : '/auth/sign_in/', said)).toBe(
      index < 25 ? 401 : 429,
    )
  }
})

it('A session is another one once the password was given again', async () => {
  await createMember(server.ctx, 'prover')
  const prover = new FormBrowser(server.origin)
  await prover.signIn('prover')
  const before = prover.cookies.get('holdfast') ?? ''
  const fields = { password, next: '/settings/moving' }
  const proven = await prover.send('/auth/prove?next=/settings/moving', '/auth/prove', fields)
  expect([proven.status, proven.headers.get('location')]).toEqual([303, '/settings/moving'])
  expect(prover.cookies.get('holdfast')).not.toBe(before)
  expect((await prover.get('/settings/moving')).status).toBe(200)
  const old = new FormBrowser(server.origin)
  old.cookies.set('holdfast', before)
  expect((await old.get('/settings')).status).toBe(303)
})

it('Whoever asks for a new password learns nothing, and mails one address five times an hour at most', async () => {
  await using open = await startWatchedServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
  await createMember(open.ctx, 'asker')
  const answers = new Set<string>()
  for (let index = 0; index < 26; index++) {
    const email = index === 25 ? 'nobody@mail.example' : 'asker@mail.example'
    const from = { 'x-forwarded-for': `198.51.100.${index}` }
    const visitor = new FormBrowser(open.origin)
    const answer = await visitor.send('/auth/password/new', '/auth/password/new', { email }, from)
    const text = (await answer.text()).replaceAll(/value="[\w-]{43}"/g, '')
    answers.add(`${answer.status} ${answer.headers.get('location') ?? ''} ${text}`)
  }
  expect(answers.size).toBe(1)
  expect([...answers][0]).toMatch(/^(200|303) /)
  await open.settle()
  const mails = (await readMailFiles(open.ctx)).filter(({ text }) => text.includes('To: asker@mail.example'))
  expect(mails).toHaveLength(5)
})
