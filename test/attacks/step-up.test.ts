import { afterAll, beforeAll, expect, it } from 'vitest'
import { settingsPages } from '../../src/web/settings/pages.ts'
import { FormBrowser } from '../api/sign-in-kit.ts'
import { readEffects } from '../support/oracle/effects.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** What may be seen and done by whoever finds a browser that is signed in. Everything else asks for the password. */
const open = ['/settings/apps', '/settings/import', '/settings/profile', '/settings/recovery']

let server: TestServer
let browser: FormBrowser
let token: string
let now = new Date()

beforeAll(async () => {
  server = await startServer({ parts: { now: () => now } })
  await createMember(server.ctx, 'alice')
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
  token = /name="form_token" value="([^"]+)"/.exec(await (await browser.get('/settings')).text())?.[1] ?? ''
  now = new Date(now.getTime() + 10 * 60_000)
})
afterAll(() => server?.[Symbol.asyncDispose]())

it('Every page of the settings is closed ten minutes after the password was given, but for a few', async () => {
  const closed: string[] = []
  for (const { path } of settingsPages) {
    const { status, headers } = await browser.get(path)
    if (status === 200) continue
    expect([path, status, headers.get('location')]).toEqual([
      path,
      303,
      `/auth/prove?next=${encodeURIComponent(path)}`,
    ])
    closed.push(path)
  }
  const pages = settingsPages.map(({ path }) => path).filter((path) => !open.includes(path))
  expect(closed.toSorted()).toEqual(pages.toSorted())
})

it('Nothing can be done on a closed page, whatever its forms say', async () => {
  await server.settle()
  const before = await readEffects(server.ctx.db)
  const fields = {
    ...{ form_token: token, email: 'eve@mail.example', password: 'another horse', again: 'another horse' },
    ...{ username: 'alice', to: '@eve@evil.example', acct: '@eve@evil.example', sure: 'yes' },
    ...{ passphrase: 'seven words that nobody guesses', name: 'followers.csv' },
  }
  let tried = 0
  for (const { path, actions } of settingsPages.filter((page) => !open.includes(page.path))) {
    for (const [name, { maxFileBytes }] of Object.entries(actions ?? {})) {
      // A form with a file is read as one, and this is none: it is refused before.
      const expected = maxFileBytes === undefined ? 303 : 403
      const { status, headers } = await browser.post(`${path}/${name}`, fields)
      expect([path, name, status]).toEqual([path, name, expected])
      expect(headers.get('location') ?? '/auth/prove?').toMatch(/^\/auth\/prove\?/)
      tried++
    }
  }
  expect(tried).toBeGreaterThan(10)
  await server.settle()
  expect(await readEffects(server.ctx.db)).toEqual(before)
})
