import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKit } from '../../src/domain/kits/create-kit.ts'
import { password } from '../api/sign-in-kit.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

await describeWith('chromium', 'copies and lockers in a browser', () => {
  let home: TestServer
  let keeper: TestServer
  let browser: Browser

  beforeAll(async () => {
    ;[home, keeper] = await Promise.all([startServer(), startServer()])
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })
  afterAll(async () => {
    await browser?.close()
    for (const server of [home, keeper]) await server?.[Symbol.asyncDispose]()
  })

  test.each(['light', 'dark'] as const)(
    'bring a kit from one place to the other on a telephone, with %s colours',
    async (colorScheme) => {
      let shot = 0
      const look = async (page: Page) => {
        const directory = process.env['HOLDFAST_SCREENSHOTS']
        if (directory !== undefined)
          await page.screenshot({ path: `${directory}/lockers-${colorScheme}-${++shot}.png`, fullPage: true })
        expect([page.url(), await findFaintTexts(page), await measureOverflow(page)]).toEqual([
          page.url(),
          ['checked true'],
          0,
        ])
      }
      const signIn = async (server: TestServer, name: string, path: string): Promise<Page> => {
        const context = await browser.newContext({
          viewport: { width: 390, height: 844 },
          colorScheme,
          javaScriptEnabled: true,
        })
        const page = await context.newPage()
        await page.goto(server.origin + path)
        await page.getByLabel('Username or e-mail address').fill(name)
        await page.getByLabel('Password', { exact: true }).fill(password)
        await page.getByRole('button', { name: 'Sign in', exact: true }).click()
        return page
      }
      const name = `cy_${colorScheme}`
      await createMember(keeper.ctx, name)
      const member = await createMember(home.ctx, name)
      await createKit(home.ctx, member, 'seven sisters under the sea', { withKey: false, withMedia: false })

      const there = await signIn(keeper, name, '/settings/lockers')
      await look(there)
      await there.getByRole('button', { name: 'Make a locker' }).click()
      await look(there)
      const address = await there.locator('code.copyable').textContent()

      const here = await signIn(home, name, '/settings/copies')
      await look(here)
      await here.getByLabel('Address of the locker').fill(address ?? '')
      await here.getByRole('button', { name: 'Send copies there' }).first().click()
      await home.settle()
      await here.reload()
      await look(here)
      expect(await here.getByRole('heading', { level: 2 }).first().textContent()).toBe(
        `Locker on ${new URL(keeper.origin).host}`,
      )
      expect(await here.getByText('The latest copy arrived').count()).toBe(1)

      await there.getByRole('link', { name: 'I have copied it' }).click()
      await look(there)
      expect(await there.getByText('Holds').count()).toBe(1)
    },
    120_000,
  )
})
