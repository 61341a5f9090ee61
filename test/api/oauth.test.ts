import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findTokenByDigest, tokenRevoked } from '../../src/store/tokens.ts'
import type { Actor } from '../../src/store/actors.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import {
  authorizePath,
  callback,
  exchange,
  FormBrowser,
  makeChallenge,
  obtainCode,
  postForm,
  postJson,
  registerTestApp,
  type TestApp,
} from './sign-in-kit.ts'

let server: TestServer
let alice: Actor
let app: TestApp
let browser: FormBrowser
let now = new Date()

beforeAll(async () => {
  server = await startServer({ parts: { now: () => now } })
  alice = await createMember(server.ctx, 'alice')
  app = await registerTestApp(server.origin)
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
})
beforeEach(() => {
  now = new Date()
})
afterAll(() => server?.[Symbol.asyncDispose]())

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()

async function held(token: string) {
  return findTokenByDigest(server.ctx.db, digest(token))
}

describe('registering an app', () => {
  test('answers what every app reads', async () => {
    const { origin } = server
    const fields = {
      client_name: 'Form',
      redirect_uris: `icecubesapp://\n${callback}`,
      website: 'https://app.example',
    }
    const made = (await (await postForm(`${origin}/api/v1/apps`, fields)).json()) as Record<string, unknown>
    expect(made).toMatchObject({
      name: 'Form',
      website: 'https://app.example',
      redirect_uris: ['icecubesapp://', callback],
      redirect_uri: `icecubesapp://\n${callback}`,
      scopes: ['read'],
      client_secret_expires_at: 0,
    })
    expect(made['id']).toMatch(/^\d+$/)
    expect(made['vapid_key']).toMatch(/^[\w-]{87}$/)
    const listed = await postJson(`${origin}/api/v1/apps`, {
      client_name: 'L',
      redirect_uris: [callback, 'x://y'],
    })
    expect(await listed.json()).toMatchObject({ redirect_uris: [callback, 'x://y'] })
  })

  test.each([`${callback} `, `\n${callback}\r\n`, `\t${callback}  x://y `])(
    'takes redirect URIs with blanks around them: %j',
    async (redirect_uris) => {
      const made = await postForm(`${server.origin}/api/v1/apps`, { client_name: 'Blank', redirect_uris })
      const expected = redirect_uris.trim().split(/\s+/)
      expect([made.status, await made.json()]).toMatchObject([200, { redirect_uris: expected }])
    },
  )

  test.each([
    ['javascript:alert(1)', 'Redirect URI is forbidden by the server.'],
    ['data:text/html,x', 'Redirect URI is forbidden by the server.'],
    ['/back', 'Redirect URI must be an absolute URI.'],
    ['https://app.example/#part', 'Redirect URI cannot contain a fragment.'],
    ['https://app.example/a b', 'Redirect URI must be an absolute URI.'],
    ['', `Redirect URI can't be blank`],
  ])('refuses to send anybody to %s', async (uri, problem) => {
    const fields = { client_name: 'Bad', redirect_uris: uri }
    const response = await postForm(`${server.origin}/api/v1/apps`, fields)
    expect([response.status, await response.json()]).toEqual([
      422,
      { error: `Validation failed: ${problem}` },
    ])
  })

  test('refuses names without end and scopes that do not exist', async () => {
    const { origin } = server
    const long = await postJson(`${origin}/api/v1/apps`, {
      client_name: 'x'.repeat(61),
      redirect_uris: callback,
    })
    const strange = await postJson(`${origin}/api/v1/apps`, {
      client_name: 'x',
      redirect_uris: callback,
      scopes: 'read fly',
    })
    expect([long.status, strange.status]).toEqual([422, 422])
  })
})

describe('the question to the member', () => {
  test('leads whoever has not signed in there first, and back', async () => {
    const stranger = new FormBrowser(server.origin)
    const path = authorizePath(app, { state: 'a b&c' })
    const sent = await stranger.get(path)
    expect(sent.status).toBe(303)
    const signIn = new URL(sent.headers.get('location') ?? '', server.origin)
    expect(signIn.pathname).toBe('/auth/sign_in')
    const next = signIn.searchParams.get('next') ?? ''
    const entered = await stranger.signIn('ALICE@mail.example', undefined, next)
    expect([entered.status, entered.headers.get('location')]).toEqual([303, next])
    expect((await stranger.get(next)).status).toBe(200)
  })

  test('says who asks, for what, and where the answer goes; it may leave for any app', async () => {
    const asking = await registerTestApp(server.origin, {
      client_name: '<b>Tusk & Co</b>',
      redirect_uris: 'oauth2redirect://com.example/',
      website: 'https://tusk.example/',
    })
    const path = authorizePath(asking, {
      redirect_uri: 'oauth2redirect://com.example/',
      scope: 'read write:media',
    })
    const response = await browser.get(path)
    const page = await response.text()
    expect(page).toContain('&#60;b&#62;Tusk &#38; Co&#60;/b&#62;')
    expect(page).toContain('tusk.example')
    expect(page).toContain('<code>write:media</code>')
    expect(page).toContain('oauth2redirect:')
    const policy = response.headers.get('content-security-policy')
    expect(policy).not.toContain('form-action')
    expect(policy).toContain(`frame-ancestors 'none'`)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  test('gives the state back as it came, whether allowed or not', async () => {
    const path = authorizePath(app, { state: 'ä=&?#/' })
    const yes = await browser.send(path, path, { decision: 'allow' })
    const no = await browser.send(path, path, { decision: 'deny' })
    const [allowed, denied] = [yes, no].map(({ headers }) => new URL(headers.get('location') ?? ''))
    expect(allowed?.origin + (allowed?.pathname ?? '')).toBe(callback)
    expect(allowed?.searchParams.get('state')).toBe('ä=&?#/')
    expect([...(denied?.searchParams.keys() ?? [])]).toEqual(['error', 'error_description', 'state'])
    expect(denied?.searchParams.get('error')).toBe('access_denied')
    expect(denied?.searchParams.get('state')).toBe('ä=&?#/')
  })

  test.each([
    ...['https://app.example/back/', 'https://app.example/back/more', 'https://app.example/bac'],
    ...['https://APP.example/back', 'https://app.example:443/back', 'https://app.example/back?x'],
    ...['https://app.example/back#x', 'https://app.example@evil.example/back', 'http://app.example/back'],
    ...['https://app.example/%62ack', 'https://app.example/x/../back', 'urn:ietf:wg:oauth:2.0:oob', ''],
  ])('sends nobody to %s, which the app did not register', async (redirectUri) => {
    const path = authorizePath(app, { redirect_uri: redirectUri })
    const shown = await browser.get(path)
    const answered = await browser.send(authorizePath(app), path, { decision: 'allow' })
    expect([shown.status, answered.status]).toEqual([400, 400])
    expect([shown.headers.get('location'), answered.headers.get('location')]).toEqual([null, null])
  })

  test('sends to an address with escapes to the byte', async () => {
    const uri = 'https://elk.example/api/home.example/oauth/https%3A%2F%2Felk.example'
    const elk = await registerTestApp(server.origin, { redirect_uris: uri })
    const path = authorizePath(elk, { redirect_uri: uri })
    const response = await browser.send(path, path, { decision: 'allow' })
    expect(response.headers.get('location')).toMatch(
      /^https:\/\/elk\.example\/api\/home\.example\/oauth\/https%3A%2F%2Felk\.example\?code=[\w-]{43}$/,
    )
  })

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'read admin:read' }, 'invalid_scope'],
    [{ scope: 'read fly' }, 'invalid_scope'],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'x'.repeat(43) }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
  ])('does not ask for %j; the app learns of it only if the member goes back', async (changes, error) => {
    const response = await browser.get(authorizePath(app, { ...changes, state: 's' }))
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    expect(await response.text()).toContain(`${callback}?error=${error}&#38;`)
  })

  test('asks for the password again where the app says so, and not where it says false', async () => {
    const forced = await browser.get(authorizePath(app, { force_login: 'true' }))
    const location = new URL(forced.headers.get('location') ?? '', server.origin)
    expect([forced.status, location.pathname, location.searchParams.get('again')]).toEqual([
      303,
      '/auth/sign_in',
      'true',
    ])
    expect((await browser.get(location.pathname + location.search)).status).toBe(200)
    expect(location.searchParams.get('next')).not.toContain('force_login')
    expect((await browser.get(authorizePath(app, { force_login: 'false' }))).status).toBe(200)
  })

  test('gives nobody who does not look after the place the scopes for that', async () => {
    const keen = await registerTestApp(server.origin, { scopes: 'read admin:read admin:write' })
    const code = await obtainCode(browser, keen, { scope: 'read admin:read admin:write' })
    expect(await (await exchange(server.origin, keen, code)).json()).toMatchObject({ scope: 'read' })
    expect((await browser.get(authorizePath(keen, { scope: 'admin:write' }))).status).toBe(400)
  })

  test('shows a code to copy where nobody can be sent', async () => {
    const redirect_uri = 'urn:ietf:wg:oauth:2.0:oob'
    const terminal = await registerTestApp(server.origin, { redirect_uris: redirect_uri })
    const path = authorizePath(terminal, { redirect_uri })
    const sent = await browser.send(path, path, { decision: 'allow' })
    const location = sent.headers.get('location') ?? ''
    expect(location).toMatch(/^\/oauth\/authorize\/native\?code=/)
    const code = new URL(location, server.origin).searchParams.get('code') ?? ''
    expect(await (await browser.get(location)).text()).toContain(`<code class="copyable code">${code}</code>`)
    expect((await exchange(server.origin, terminal, code, { redirect_uri })).status).toBe(200)
  })
})

describe('the code', () => {
  test('gives one token, with the scopes that were allowed and no more', async () => {
    const code = await obtainCode(browser, app, { scope: 'read:statuses push' })
    const response = await exchange(server.origin, app, code, { scope: 'read write' })
    const token = (await response.json()) as Record<string, unknown>
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(token).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: 'Bearer',
      scope: 'read:statuses push',
      created_at: Math.floor(now.getTime() / 1000),
    })
    const row = await held(String(token['access_token']))
    expect(row).toMatchObject({ accountId: alice.id, appId: app.id, scopes: ['read:statuses', 'push'] })
  })

  test('is taken as JSON and with HTTP Basic as well', async () => {
    const { client_id, client_secret } = app
    const grant = { grant_type: 'authorization_code', redirect_uri: callback }
    const url = `${server.origin}/oauth/token`
    const inBody = await postJson(url, {
      ...grant,
      client_id,
      client_secret,
      code: await obtainCode(browser, app),
    })
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
    const code = await obtainCode(browser, app)
    const inHeader = await postForm(url, { ...grant, code }, { authorization })
    expect([inBody.status, inHeader.status]).toEqual([200, 200])
  })

  test('that comes a second time ends the token of the first, and says so to who listens', async () => {
    const ended: (string | undefined)[] = []
    await server.app.session.listen(tokenRevoked, (id) => ended.push(id))
    const code = await obtainCode(browser, app)
    const first = (await (await exchange(server.origin, app, code)).json()) as { access_token: string }
    const { id } = (await held(first.access_token))!
    const second = await exchange(server.origin, app, code)
    expect([second.status, await second.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_grant' }),
    ])
    expect(await held(first.access_token)).toBeUndefined()
    await until('the end to be told', async () => ended.includes(id))
  })

  test('holds once also when it comes twice at the same moment', async () => {
    const code = await obtainCode(browser, app)
    const both = await Promise.all([exchange(server.origin, app, code), exchange(server.origin, app, code)])
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400])
    const [winner] = both.filter(({ status }) => status === 200)
    const { access_token } = (await winner!.json()) as { access_token: string }
    expect(await held(access_token)).toBeUndefined()
  })

  test('holds for ten minutes', async () => {
    const [soon, late] = [await obtainCode(browser, app), await obtainCode(browser, app)]
    const issued = now.getTime()
    now = new Date(issued + 9 * 60_000)
    expect((await exchange(server.origin, app, soon)).status).toBe(200)
    now = new Date(issued + 10 * 60_000 + 1000)
    expect((await exchange(server.origin, app, late)).status).toBe(400)
  })

  test('is for the app, the address and the verifier that it was asked for with', async () => {
    const other = await registerTestApp(server.origin)
    const { verifier, challenge } = makeChallenge()
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    const code = await obtainCode(browser, app, pkce)
    const plain = await obtainCode(browser, app)
    const refused = [
      await exchange(server.origin, other, code, { code_verifier: verifier }),
      await exchange(server.origin, app, code, { code_verifier: verifier, redirect_uri: `${callback}/` }),
      await exchange(server.origin, app, code),
      await exchange(server.origin, app, code, { code_verifier: makeChallenge().verifier }),
      await exchange(server.origin, app, code, { code_verifier: challenge }),
      await exchange(server.origin, app, plain, { code_verifier: verifier }),
    ]
    for (const response of refused)
      expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    expect((await exchange(server.origin, app, code, { code_verifier: verifier })).status).toBe(200)
  })
})
