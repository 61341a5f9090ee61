import { expect } from 'vitest'
import { openNeighbourhood, type Neighbourhood } from '../clients/neighbourhood.ts'
import { authorizePath, makeChallenge, type TestApp } from '../sign-in-kit.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Reply = { readonly status: number; readonly body: any; readonly link: string | null }

/** What one app sends, letter for letter. */
export type Sent = {
  /** As it stands in the address, behind the question mark. */
  readonly query?: string
  readonly form?: string
  readonly json?: unknown
  readonly multipart?: FormData
  readonly headers?: Readonly<Record<string, string>>
}

/** A phone or a browser with one app on it. */
export type Phone = Neighbourhood & {
  send(method: Method, path: string, sent?: Sent): Promise<Reply>
  /** The body of an answer that must be a 200. */
  ask(method: Method, path: string, sent?: Sent): Promise<any>
  token: string
}

export async function openPhone(agent: string): Promise<Phone> {
  const place = await openNeighbourhood()
  const send: Phone['send'] = async (method, path, sent = {}) => {
    const address = new URL(path, place.server.origin)
    if (sent.query !== undefined) address.search = sent.query
    const authorization: Record<string, string> = phone.token
      ? { authorization: `Bearer ${phone.token}` }
      : {}
    const headers = { 'user-agent': agent, ...authorization, ...typeOf(sent), ...sent.headers }
    const body = sent.multipart ?? sent.form ?? (sent.json === undefined ? null : JSON.stringify(sent.json))
    const response = await fetch(address, { method, headers, ...(body !== null && { body }) })
    const text = await response.text()
    const isJson = /^application\/(\w+\+)?json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      link: response.headers.get('link'),
    }
  }
  const ask: Phone['ask'] = async (method, path, sent) => {
    const { status, body } = await send(method, path, sent)
    expect([`${method} ${path}`, status, status === 200 ? '' : body]).toEqual([`${method} ${path}`, 200, ''])
    return body
  }
  const phone: Phone = { ...place, send, ask, token: '' }
  return phone
}

function typeOf({ form, json }: Sent): Record<string, string> {
  if (form !== undefined) return { 'content-type': 'application/x-www-form-urlencoded' }
  return json === undefined ? {} : { 'content-type': 'application/json' }
}

export type LogIn = {
  readonly redirectUri: string
  /** How the app registers itself and changes a code for its token. */
  readonly as: 'form' | 'json'
  readonly challenge?: boolean
  readonly authorize?: Readonly<Record<string, string>>
  readonly token?: Readonly<Record<string, string>>
}

const scope = 'read write follow push'

/** Registers, sends the member to the page and comes back with a token. @returns the app, as it was told */
export async function logInFrom(phone: Phone, how: LogIn): Promise<TestApp> {
  const encode = (fields: Record<string, string>): Sent =>
    how.as === 'form' ? { form: new URLSearchParams(fields).toString() } : { json: fields }
  const named = { client_name: 'App', redirect_uris: how.redirectUri, scopes: scope }
  const app = await phone.ask('POST', '/api/v1/apps', encode({ ...named, website: 'https://app.example' }))
  const { verifier, challenge } = makeChallenge()
  const proof = how.challenge ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}
  const path = authorizePath(app, { redirect_uri: how.redirectUri, scope, ...proof, ...how.authorize })
  const code = await allow(phone, path, how)
  const { client_id, client_secret } = app
  const grant = { grant_type: 'authorization_code', client_id, client_secret, code, ...how.token }
  const shown = { ...grant, redirect_uri: how.redirectUri, ...(how.challenge && { code_verifier: verifier }) }
  const token = await phone.ask('POST', '/oauth/token', encode(shown))
  expect(token).toMatchObject({ token_type: 'Bearer', scope, created_at: expect.any(Number) })
  phone.token = token.access_token
  return app
}

/** The redirect goes to the app's own address, letter for letter, or a page shows the code. */
async function allow({ browser }: Phone, path: string, { redirectUri }: LogIn): Promise<string> {
  const response = await browser.send(path, path, { decision: 'allow' })
  const location = response.headers.get('location') ?? ''
  const code = /[?&]code=([^&]+)/.exec(location)?.[1] ?? ''
  if (redirectUri.startsWith('urn:')) {
    const page = await (await browser.get(location.replace(browser.origin, ''))).text()
    expect(page).toContain(decodeURIComponent(code))
  } else {
    expect(location.startsWith(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}code=`)).toBe(true)
  }
  return decodeURIComponent(code)
}

/** The pages of a list as an app reads them that looks for one relation in `Link` by its own expression. */
export function linkOf(link: string | null, pattern: RegExp): string | undefined {
  return pattern.exec(link ?? '')?.[1]
}

/** https://datatracker.ietf.org/doc/html/rfc6455: what a socket says, line by line, until it is asked no more. */
export async function openSocket(
  { server }: Phone,
  path: string,
  protocols: string[] = [],
): Promise<{
  readonly protocol: string
  say(message: object): void
  next(event: string): Promise<any>
  close(): void
}> {
  const address = new URL(path, server.origin)
  address.protocol = 'ws:'
  const socket = new WebSocket(address, protocols)
  const heard: any[] = []
  const waiting: (() => void)[] = []
  socket.addEventListener('message', ({ data }) => {
    heard.push(JSON.parse(String(data)))
    for (const wake of waiting.splice(0)) wake()
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('The socket was refused')))
  })
  return {
    protocol: socket.protocol,
    say: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
    async next(event) {
      for (;;) {
        const at = heard.findIndex((each) => each.event === event || (event === 'error' && each.error))
        if (at >= 0) return heard.splice(at, 1)[0]
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}
