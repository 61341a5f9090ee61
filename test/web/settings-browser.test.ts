import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { moveAccount } from '../../src/domain/moving/move-account.ts'
import { createKit } from '../../src/domain/kits/create-kit.ts'
import { settingsPages } from '../../src/web/settings/pages.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]

await describeWith('chromium', 'the settings on a telephone', () => {
  let server: TestServer
  let remote: RemoteServer
  let browser: Browser

  beforeAll(async () => {
    server = await startServer()
    remote = await startRemoteServer()
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })
  afterAll(async () => {
    await browser?.close()
    await remote?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  /** Somebody with an alias of a long name, a kit and, later, another home. */
  async function furnish(name: string) {
    const member = await createMember(server.ctx, name)
    const alias = await remote.addActor(`somebody_of_quite_a_long_name_${name}`)
    await addAlias(server.ctx, member, alias.uri)
    const choices = { withMedia: false, withKey: false }
    await createKit(server.ctx, member, 'seven words that nobody would ever guess', choices)
    return member
  }

  test.each(['light', 'dark'] as const)(
    'fit, and can be read, with %s colours',
    { timeout: 120_000 },
    async (colorScheme) => {
      const name = `member_${colorScheme}`
      const member = await furnish(name)
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme })
      const page = await context.newPage()
      await page.goto(`${server.origin}/auth/sign_in`)
      await page.locator('input[name=login]').fill(name)
      await page.locator('input[name=password]').fill('correct horse')
      await page.locator('main button[type=submit]').click()
      const directory = process.env['HOLDFAST_SCREENSHOTS']
      const look = async (path: string, label = path) => {
        await page.goto(server.origin + path)
        if (directory !== undefined)
          await page.screenshot({
            path: `${directory}/${colorScheme}${label.replaceAll('/', '-')}.png`,
            fullPage: true,
          })
        expect([
          label,
          new URL(page.url()).pathname,
          await findFaintTexts(page),
          await measureOverflow(page),
        ]).toEqual([label, path, ['checked true'], 0])
      }
      for (const path of ['/settings', ...settingsPages.map((each) => each.path)]) await look(path)
      const there = await remote.addActor(`there_${colorScheme}`, {
        alsoKnownAs: [`${server.origin}/users/${name}`],
      })
      await moveAccount(server.ctx, member, there.uri)
      await look('/settings', '/settings-moved')
      await look('/settings/moving', '/settings/moving-moved')
      await look(`/@${name}`)
      await context.close()
    },
  )
})
