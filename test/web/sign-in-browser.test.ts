import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizePath, exchange, makeChallenge, password, registerTestApp } from '../api/sign-in-kit.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

await describeWith('chromium', 'signing in with a browser', () => {
  let server: TestServer
  let app: Server
  let callback: string
  let browser: Browser

  beforeAll(async () => {
    server = await startServer()
    await createMember(server.ctx, 'alice')
    app = createServer((_request, response) => response.end('Back in the app')).listen(0, '127.0.0.1')
    await new Promise((resolve) => app.once('listening', resolve))
    callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/back`
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })
  afterAll(async () => {
    await browser?.close()
    app?.closeAllConnections()
    await new Promise((resolve) => app?.close(resolve))
    await server?.[Symbol.asyncDispose]()
  })

  /** A small telephone, on which nothing is complained of. */
  async function openPage(
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      // A wrong password is answered with 401, which the browser notes.
      if (!message.text().includes('401')) complaints.push(message.text())
    })
    return { page, complaints }
  }

  async function fillIn(page: Page, given = password): Promise<void> {
    await page.getByLabel('Username or e-mail address').fill('alice')
    await page.getByLabel('Password').fill(given)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  test('leads from the app through password and consent back to the app, with a code that gives a token', async () => {
    const registered = await registerTestApp(server.origin, { client_name: 'Tusk', redirect_uris: callback })
    const { verifier, challenge } = makeChallenge()
    const asked = { redirect_uri: callback, scope: 'read write', state: 'x y' }
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    const { page, complaints } = await openPage()
    await page.goto(server.origin + authorizePath(registered, { ...asked, ...pkce }))
    await fillIn(page, 'not the password')
    expect(await page.getByRole('alert').textContent()).toBe('That name and password do not belong together.')
    await fillIn(page)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('May Tusk use your account?')
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.waitForURL((url) => url.href.startsWith(callback))
    const back = new URL(page.url())
    expect(back.searchParams.get('state')).toBe('x y')
    const code = back.searchParams.get('code') ?? ''
    const answer = await exchange(server.origin, registered, code, {
      redirect_uri: callback,
      code_verifier: verifier,
    })
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer', scope: 'read write' })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('lets the answer leave for an app on the telephone', async () => {
    const redirect_uri = 'icecubesapp://'
    const registered = await registerTestApp(server.origin, { redirect_uris: redirect_uri })
    const { page, complaints } = await openPage()
    await page.goto(server.origin + authorizePath(registered, { redirect_uri }))
    await fillIn(page)
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    expect((await answered).headers()['location']).toMatch(/^icecubesapp:\/\/\?code=[\w-]{43}$/)
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([])
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)(
    'can be read and fits a small telephone, with %s colours',
    async (scheme) => {
      const registered = await registerTestApp(server.origin, {
        client_name: 'Tusk',
        redirect_uris: callback,
      })
      const { page } = await openPage(scheme)
      const judge = async () => [await findFaintTexts(page), await measureOverflow(page)]
      await page.goto(`${server.origin}/auth/sign_in`)
      expect(await judge()).toEqual([['checked true'], 0])
      await fillIn(page)
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
      expect(await judge()).toEqual([['checked true'], 0])
      await page.goto(
        server.origin +
          authorizePath(registered, { redirect_uri: callback, scope: 'read write follow push' }),
      )
      expect(await judge()).toEqual([['checked true'], 0])
      await page.context().close()
    },
  )
})
