import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { password } from '../api/sign-in-kit.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

await describeWith('chromium', 'what members bring and take along, in a browser', () => {
  let server: TestServer
  let browser: Browser

  beforeAll(async () => {
    server = await startServer()
    for (const name of ['anna', 'eve']) await createMember(server.ctx, name)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })
  afterAll(async () => {
    await browser?.close()
    await server?.[Symbol.asyncDispose]()
  })

  test.each(['light', 'dark'] as const)(
    'fits a telephone, with %s colours',
    async (colorScheme) => {
      const viewport = { width: 390, height: 844 }
      const context = await browser.newContext({ viewport, colorScheme })
      const page = await context.newPage()
      let shot = 0
      const look = async () => {
        const directory = process.env['HOLDFAST_SCREENSHOTS']
        if (directory !== undefined)
          await page.screenshot({ path: `${directory}/files-${colorScheme}-${++shot}.png`, fullPage: true })
        expect([page.url(), await findFaintTexts(page), await measureOverflow(page)]).toEqual([
          page.url(),
          ['checked true'],
          0,
        ])
      }
      await page.goto(`${server.origin}/auth/sign_in?next=%2Fsettings%2Fimport%3Fmore%3Dyes`)
      await page.locator('input[name=login]').fill('anna')
      await page.locator('input[name=password]').fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.waitForURL('**more=yes')
      const csv = `eve@${server.ctx.config.handleDomain}\na-very-long-name-that-nobody-has@a-very-long-domain-name.of-somebody.example.invalid.\n`
      await page.getByLabel('The file', { exact: true }).setInputFiles({
        ...{ name: 'a-file-with-a-very-long-name-following_accounts.csv', mimeType: 'text/csv' },
        buffer: Buffer.from(`${csv}hello\n`),
      })
      await page.getByLabel('What it holds', { exact: true }).selectOption('following')
      await page.getByLabel('Only show what would be done').check()
      await look()
      await page.getByRole('button', { name: 'Bring it' }).click()
      await page.waitForURL('**done=started')
      await look()
      const saving = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save what failed, with the reasons' }).first().click()
      expect((await saving).suggestedFilename()).toBe('failed-following.csv')
      await page.goto(`${server.origin}/settings/export`)
      await look()
      const taking = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Whom you follow' }).click()
      expect((await taking).suggestedFilename()).toBe('following_accounts.csv')
      await context.close()
    },
    60_000,
  )
})
