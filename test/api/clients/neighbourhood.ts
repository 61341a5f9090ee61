import { expect } from 'vitest'
import type { Actor } from '../../../src/store/actors.ts'
import { signUp, type ApiMember } from '../../support/api.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { exchange, FormBrowser, obtainCode, registerTestApp, type TestApp } from '../sign-in-kit.ts'

/** A place where Alice uses an app that is under test, and two neighbours ours. */
export type Neighbourhood = AsyncDisposable & {
  readonly server: TestServer
  readonly alice: Actor
  /** Alice's browser, in which she is signed in. */
  readonly browser: FormBrowser
  readonly bob: ApiMember
  readonly carol: ApiMember
}

export async function openNeighbourhood(): Promise<Neighbourhood> {
  const server = await startServer()
  const alice = await createMember(server.ctx, 'alice')
  const [bob, carol] = [await signUp(server, 'bob'), await signUp(server, 'carol')]
  const browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
  const dispose = () => server[Symbol.asyncDispose]()
  return { server, alice, browser, bob, carol, [Symbol.asyncDispose]: dispose }
}

export type LoggedIn = { readonly app: TestApp; readonly token: string }

/** By the pages and forms that every app sends its member through. */
export async function logIn({ server, browser }: Neighbourhood): Promise<LoggedIn> {
  const app = await registerTestApp(server.origin)
  const code = await obtainCode(browser, app, { scope: 'read write follow push' })
  const response = await exchange(server.origin, app, code)
  expect(response.status).toBe(200)
  const { access_token: token } = (await response.json()) as { access_token: string }
  return { app, token }
}
