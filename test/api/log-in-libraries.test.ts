import { createOAuthAPIClient, createRestAPIClient } from 'masto'
import generator, { detector } from 'megalodon'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { callback, FormBrowser, makeChallenge } from './sign-in-kit.ts'

let server: TestServer
let browser: FormBrowser

beforeAll(async () => {
  server = await startServer()
  await createMember(server.ctx, 'alice')
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** What a member does whom an app sends to this address. */
async function allow(url: string): Promise<string> {
  const path = url.slice(server.origin.length)
  const response = await browser.send(path, path, { decision: 'allow' })
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

test('masto.js logs in with a code and PKCE', async () => {
  const url = server.origin
  const metadata = (await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as {
    authorization_endpoint: string
  }
  const anonymous = createRestAPIClient({ url })
  const app = await anonymous.v1.apps.create({
    clientName: 'Masto',
    redirectUris: callback,
    scopes: 'read write',
  })
  const { clientId = '', clientSecret = '' } = app as { clientId?: string; clientSecret?: string }
  const { verifier, challenge } = makeChallenge()
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: 'read',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const code = await allow(`${metadata.authorization_endpoint}?${query.toString()}`)
  const grant = {
    grantType: 'authorization_code',
    clientId,
    clientSecret,
    redirectUri: callback,
    code,
    // Its types do not know the verifier, and it sends what it is given.
    ...{ codeVerifier: verifier },
  } as const
  const token = await createOAuthAPIClient({ url }).token.create(grant)
  expect(token).toMatchObject({ tokenType: 'Bearer', scope: 'read' })
  const member = createRestAPIClient({ url, accessToken: token.accessToken })
  expect(await member.v1.apps.verifyCredentials()).toMatchObject({ name: 'Masto' })
  expect(await member.v1.preferences.fetch()).toMatchObject({ 'posting:default:visibility': 'public' })
  await createOAuthAPIClient({ url }).revoke({ clientId, clientSecret, token: token.accessToken })
  await expect(member.v1.preferences.fetch()).rejects.toMatchObject({ statusCode: 401 })
})

test('megalodon knows what we are, and logs in with a code', async () => {
  expect(await detector(server.origin)).toBe('mastodon')
  const client = generator('mastodon', server.origin)
  const app = await client.registerApp('Megalodon', {
    scopes: ['read', 'write', 'follow'],
    redirect_uris: callback,
  })
  const code = await allow(app.url ?? '')
  const token = await client.fetchAccessToken(app.client_id, app.client_secret, code, callback)
  const member = generator('mastodon', server.origin, token.access_token)
  expect((await member.verifyAppCredentials()).data).toMatchObject({ name: 'Megalodon' })
  expect((await member.getInstance()).data).toMatchObject({ title: new URL(server.origin).host })
})
