import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTokenByDigest } from '../../src/store/tokens.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  callback,
  exchange,
  FormBrowser,
  obtainCode,
  postForm,
  registerTestApp,
  type TestApp,
} from './sign-in-kit.ts'

let server: TestServer
let app: TestApp
let browser: FormBrowser

beforeAll(async () => {
  server = await startServer()
  await createMember(server.ctx, 'alice')
  app = await registerTestApp(server.origin)
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()

async function held(token: string) {
  return findTokenByDigest(server.ctx.db, digest(token))
}

async function obtainToken(): Promise<string> {
  const response = await exchange(server.origin, app, await obtainCode(browser, app))
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

describe('the token endpoint', () => {
  const ask = (fields: Record<string, string>) => postForm(`${server.origin}/oauth/token`, fields)

  test.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ grant_type: '' }, 400, 'invalid_request'],
    [{ grant_type: 'authorization_code' }, 400, 'invalid_request'],
    [{ grant_type: 'authorization_code', code: 'x', redirect_uri: callback }, 400, 'invalid_grant'],
    [{ scope: 'read admin:read' }, 400, 'invalid_scope'],
    [{ scope: 'fly' }, 400, 'invalid_scope'],
  ])('answers %j with %i %s', async (changes, status, error) => {
    const { client_id, client_secret } = app
    const response = await ask({ grant_type: 'client_credentials', client_id, client_secret, ...changes })
    const body = (await response.json()) as Record<string, string>
    expect([response.status, body['error']]).toEqual([status, error])
    expect(body['error_description']).toMatch(/\w/)
  })

  test('tells apps in the words that they know that they must register anew', async () => {
    const response = await ask({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' })
    const { error_description } = (await response.json()) as Record<string, string>
    expect(error_description).toContain('Client authentication failed due to unknown client')
  })

  test('gives an app a token of its own, which acts for nobody', async () => {
    const { client_id, client_secret } = app
    const response = await ask({ grant_type: 'client_credentials', client_id, client_secret, scope: 'read' })
    const { access_token } = (await response.json()) as { access_token: string }
    expect(await held(access_token)).toMatchObject({ accountId: null, appId: app.id, scopes: ['read'] })
    const headers = { authorization: `Bearer ${access_token}` }
    const verified = await fetch(`${server.origin}/api/v1/apps/verify_credentials`, { headers })
    expect(await verified.json()).toMatchObject({ id: app.id, name: 'Test' })
    expect((await fetch(`${server.origin}/oauth/userinfo`, { headers })).status).toBe(422)
  })
})

describe('revoking', () => {
  const revoke = (from: TestApp, token: string) => {
    const { client_id, client_secret } = from
    return postForm(`${server.origin}/oauth/revoke`, { client_id, client_secret, token })
  }

  test('ends a token, and may be done again', async () => {
    const token = await obtainToken()
    const once = await revoke(app, token)
    const twice = await revoke(app, token)
    expect([once.status, await once.json(), twice.status]).toEqual([200, {}, 200])
    expect(once.headers.get('access-control-allow-origin')).toBe('*')
    expect(await held(token)).toBeUndefined()
    const headers = { authorization: `Bearer ${token}` }
    const refused = await fetch(`${server.origin}/oauth/userinfo`, { headers })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('is done for whoever shows a token that no longer holds, as is giving another', async () => {
    const token = await obtainToken()
    const headers = { authorization: `Bearer ${token}` }
    const { client_id, client_secret } = app
    const end = (): Promise<Response> => {
      const body = new URLSearchParams({ client_id, client_secret, token })
      return fetch(`${server.origin}/oauth/revoke`, { method: 'POST', headers, body })
    }
    expect([(await end()).status, (await end()).status]).toEqual([200, 200])
    const body = new URLSearchParams({ client_id, client_secret, grant_type: 'client_credentials' })
    const another = await fetch(`${server.origin}/oauth/token`, { method: 'POST', headers, body })
    expect(another.status).toBe(200)
    const registered = await fetch(`${server.origin}/api/v1/apps`, {
      ...{ method: 'POST', headers },
      body: new URLSearchParams({ client_name: 'Again', redirect_uris: callback }),
    })
    expect(registered.status).toBe(200)
  })

  test('is for the app that was given the token', async () => {
    const token = await obtainToken()
    const other = await registerTestApp(server.origin)
    const refused = await revoke(other, token)
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: 'unauthorized_client' }])
    expect((await revoke({ ...app, client_secret: 'wrong' }, token)).status).toBe(401)
    expect(await held(token)).toBeDefined()
  })
})

test('Who uses the app is told by the profile scope', async () => {
  const code = await obtainCode(browser, app, { scope: 'read:statuses' })
  const { access_token } = (await (await exchange(server.origin, app, code)).json()) as {
    access_token: string
  }
  const narrow = { headers: { authorization: `Bearer ${access_token}` } }
  expect((await fetch(`${server.origin}/oauth/userinfo`, narrow)).status).toBe(403)
  const wide = { headers: { authorization: `Bearer ${await obtainToken()}` }, method: 'POST' }
  expect(await (await fetch(`${server.origin}/oauth/userinfo`, wide)).json()).toMatchObject({
    iss: `${server.origin}/`,
    sub: `${server.origin}/users/alice`,
    preferred_username: 'alice',
  })
})

test('The metadata name what is there', async () => {
  const response = await fetch(`${server.origin}/.well-known/oauth-authorization-server`)
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  expect(await response.json()).toMatchObject({
    issuer: `${server.origin}/`,
    authorization_endpoint: `${server.origin}/oauth/authorize`,
    token_endpoint: `${server.origin}/oauth/token`,
    revocation_endpoint: `${server.origin}/oauth/revoke`,
    code_challenge_methods_supported: ['S256'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
  })
})
