import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeSettings } from '../../src/domain/instance/settings.ts'
import { readLink } from '../support/mail-files.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

await describeWith('chromium', 'the life of an account in a browser', () => {
  let server: TestServer
  let browser: Browser
  let skippedMs = 0

  beforeAll(async () => {
    server = await startServer({ parts: { now: () => new Date(Date.now() + skippedMs) } })
    await createMember(server.ctx, 'somebody')
    const rules = [{ text: 'Be kind.', hint: 'Also to those who are not.' }]
    await changeSettings(server.ctx, { registrations: 'open', rules })
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
  })

  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()

  test.each(['light', 'dark'] as const)(
    'goes from sign-up to deletion and back on a telephone, with %s colours',
    async (colorScheme) => {
      const name = `ada_${colorScheme}`
      const settings = { viewport: { width: 390, height: 844 }, colorScheme }
      const context = await browser.newContext(settings)
      const page = await context.newPage()
      const press = (button: string) => page.getByRole('button', { name: button, exact: true }).click()
      const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value)
      let shot = 0
      const look = async () => {
        const directory = process.env['HOLDFAST_SCREENSHOTS']
        if (directory !== undefined)
          await page.screenshot({ path: `${directory}/${colorScheme}-${++shot}.png`, fullPage: true })
        expect([page.url(), await findFaintTexts(page), await measureOverflow(page)]).toEqual([
          page.url(),
          ['checked true'],
          0,
        ])
      }

      await page.goto(server.origin)
      await page.getByRole('link', { name: 'Sign up' }).click()
      await look()
      await fill('Username', 'admin')
      await fill('E-mail address', `${name}@mail.example`)
      await fill('Password', 'correct horse')
      await page.getByLabel('I keep to these rules.').check()
      skippedMs += 5000
      await press('Sign up')
      expect(await page.getByText('This is reserved.').isVisible()).toBe(true)
      await look()
      await fill('Username', name)
      await fill('Password', 'correct horse')
      await page.getByLabel('I keep to these rules.').check()
      await press('Sign up')
      expect(await heading(page)).toBe('Confirm your address')
      await look()
      await server.settle()
      await page.goto(
        server.origin + (await readLink(server.ctx, `${name}@mail.example`, 'confirmation_token')),
      )
      await look()
      await press('Yes, this address is mine')
      expect(await page.getByRole('status').textContent()).toBe('Your address is confirmed: sign in.')
      await fill('Username or e-mail address', name)
      await fill('Password', 'correct horse')
      await press('Sign in')
      await page.getByRole('link', { name: 'All settings' }).click()
      await look()
      await page.getByRole('link', { name: 'Profile' }).click()
      await fill('Name', 'Ada')
      await press('Save')
      expect(await page.getByRole('status').textContent()).toBe('Your profile is saved.')
      await look()
      await page.goto(`${server.origin}/settings/apps`)
      await look()
      skippedMs += 16 * 60_000
      await page.goto(`${server.origin}/settings/account`)
      expect(await heading(page)).toBe('Is it you?')
      await look()
      await fill('Password', 'correct horse')
      await press('Go on')
      await fill('New password', 'another horse')
      await fill('The same again', 'another horse')
      await press('Change the password')
      expect(await page.getByRole('status').textContent()).toContain('Your password is changed')
      await look()
      await page.goto(`${server.origin}/settings/delete`)
      await look()
      await fill(`Type ${name} to show that you mean it`, name)
      await press('Delete my account')
      expect(await page.getByRole('status').textContent()).toContain('will be deleted in 30 days')
      await look()
      expect((await page.request.get(`${server.origin}/@${name}`)).status()).toBe(404)
      await fill('Username or e-mail address', name)
      await fill('Password', 'another horse')
      await press('Sign in')
      await look()
      await fill('Password', 'another horse')
      await press('Keep my account')
      expect(await heading(page)).toBe('Signed in')
      expect((await page.request.get(`${server.origin}/@${name}`)).status()).toBe(200)
      await context.close()
    },
    90_000,
  )
})
