import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'

type Fields = Readonly<Record<string, string>>

export const password = 'correct horse'
export const callback = 'https://app.example/back'

/** An app as it knows itself. */
export type TestApp = { readonly id: string; readonly client_id: string; readonly client_secret: string }

export async function registerTestApp(
  origin: string,
  changes: Record<string, unknown> = {},
): Promise<TestApp> {
  const app = { client_name: 'Test', redirect_uris: callback, scopes: 'read write follow push', ...changes }
  const response = await postJson(`${origin}/api/v1/apps`, app)
  expect(response.status).toBe(200)
  return (await response.json()) as TestApp
}

export function postJson(url: string, body: unknown, headers: Fields = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export function postForm(url: string, fields: Fields, headers: Fields = {}): Promise<Response> {
  const body = new URLSearchParams(fields)
  return fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
}

/** A browser as far as forms need one: it keeps cookies and sends what a page of ours makes it send. */
export class FormBrowser {
  readonly origin: string
  readonly cookies = new Map<string, string>()

  constructor(origin: string) {
    this.origin = origin
  }

  async get(path: string): Promise<Response> {
    return this.#keep(await fetch(this.origin + path, { headers: this.#headers(), redirect: 'manual' }))
  }

  /** Fills in the form of a page and sends it from there, with the fields that it hides. */
  async send(path: string, action: string, fields: Fields, headers: Fields = {}): Promise<Response> {
    const page = await (await this.get(path)).text()
    return this.post(action, { form_token: readToken(page), ...fields }, headers)
  }

  async post(action: string, fields: Fields, headers: Fields = {}): Promise<Response> {
    const sent = { ...this.#headers(), origin: this.origin, 'sec-fetch-site': 'same-origin', ...headers }
    return this.#keep(await postForm(this.origin + action, fields, sent))
  }

  signIn(login: string, given = password, next?: string): Promise<Response> {
    const fields = { login, password: given, ...(next !== undefined && { next }) }
    return this.send('/auth/sign_in?again=true', '/auth/sign_in', fields)
  }

  #headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  #keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }
}

function readToken(page: string): string {
  return /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

export function authorizePath(app: TestApp, changes: Record<string, string | undefined> = {}): string {
  const asked = {
    response_type: 'code',
    client_id: app.client_id,
    redirect_uri: callback,
    scope: 'read',
    ...changes,
  }
  const pairs = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/oauth/authorize?${new URLSearchParams(pairs).toString()}`
}

/** Signs in, allows, and reads the code from where the browser is sent. */
export async function obtainCode(
  browser: FormBrowser,
  app: TestApp,
  changes: Record<string, string | undefined> = {},
): Promise<string> {
  const path = authorizePath(app, changes)
  const response = await browser.send(path, path, { decision: 'allow' })
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

export function exchange(
  origin: string,
  app: TestApp,
  code: string,
  changes: Fields = {},
): Promise<Response> {
  const { client_id, client_secret } = app
  const fields = { grant_type: 'authorization_code', client_id, client_secret, redirect_uri: callback, code }
  return postForm(`${origin}/oauth/token`, { ...fields, ...changes })
}

/** https://www.rfc-editor.org/rfc/rfc7636 */
export function makeChallenge(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
