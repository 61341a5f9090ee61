import { readFile } from 'node:fs/promises'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { startStage, type Stage } from '../recovery/stage.ts'
import { describeWith } from '../support/parts.ts'
import { createMember } from '../support/people.ts'
import { gotosocial } from '../support/receivers/kept-key.ts'
import { mastodon } from '../support/receivers/mastodon.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
]
const passphrase = 'the heron waits in the reeds'

await describeWith('chromium', 'coming back in a browser', () => {
  let home: TestServer
  let haven: TestServer
  let stage: Stage
  let browser: Browser

  beforeAll(async () => {
    ;[home, haven] = await Promise.all([startServer(), startServer()])
    stage = await startStage({ only: [mastodon, gotosocial] })
    for (const { ctx } of [home, haven]) await createMember(ctx, 'alice')
    await stage.follow(`${home.origin}/users/alice`)
    const alice = await getAccount(home.ctx, 'alice')
    await createPost(home.ctx, alice, { text: 'What I said at home', visibility: 'public', language: 'en' })
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    for (const it of [home, haven, stage]) await it?.[Symbol.asyncDispose]()
  })

  test(
    'goes from a kit with a standby to followers who come along, on a telephone',
    { timeout: 240_000 },
    async () => {
      // Cookies know no ports: each server has a telephone of its own.
      let page = await openPhone(browser)
      const press = (button: string) => page.getByRole('button', { name: button, exact: true }).click()
      const fill = (label: string, value: string) => page.getByLabel(label, { exact: true }).fill(value)
      const status = () => page.getByRole('status').textContent()
      let shot = 0
      const look = async () => {
        const directory = process.env['HOLDFAST_SCREENSHOTS']
        if (directory !== undefined)
          await page.screenshot({ path: `${directory}/recovery-${++shot}.png`, fullPage: true })
        expect([page.url(), await findFaintTexts(page), await measureOverflow(page)]).toEqual([
          page.url(),
          ['checked true'],
          0,
        ])
      }
      const acct = ({ origin }: TestServer) => `alice@${new URL(origin).host}`

      await signIn(page, haven)
      await look()
      await page.goto(`${haven.origin}/settings/moving`)
      await look()
      await fill('Your account elsewhere', acct(home))
      await press('Add the alias')
      await look()

      page = await openPhone(browser)
      await signIn(page, home)
      await page.goto(`${home.origin}/settings/kit`)
      await look()
      await fill('Passphrase', passphrase)
      await fill('The same again', passphrase)
      await fill('Standby account', acct(haven))
      await press('Make your kit')
      expect(await status()).toBeTruthy()
      await look()
      const [download] = await Promise.all([page.waitForEvent('download'), press('Download a copy')])
      const kit = await readFile(await download.path())
      expect(download.suggestedFilename()).toMatch(/\.kit$/)
      await page.goto(`${home.origin}/settings/kit`)
      await look()
      await home[Symbol.asyncDispose]()

      page = await openPhone(browser)
      await signIn(page, haven)
      await page.goto(`${haven.origin}/settings/recover`)
      await look()
      await page
        .getByLabel('The kit', { exact: true })
        .setInputFiles({ name: 'alice.kit', mimeType: '', buffer: kit })
      await fill('Its passphrase', 'something else altogether')
      await press('Open it')
      await look()
      await page
        .getByLabel('The kit', { exact: true })
        .setInputFiles({ name: 'alice.kit', mimeType: '', buffer: kit })
      await fill('Its passphrase', passphrase)
      await press('Open it')
      expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toContain(acct(home))
      await look()
      await press('Come back')
      await look()
      await until(
        'a follower to come',
        async () => stage.followersOf(`${haven.origin}/users/alice`).length > 0,
        { seconds: 90 },
      )
      await stage.settle(haven)
      await page.goto(`${haven.origin}/settings/recovery`)
      await look()
      expect(await page.getByText('1 of 2 followers are back').isVisible()).toBe(true)
      const profile = async () => {
        await page.goto(`${haven.origin}/@alice`)
        return page.getByText('What I said at home').isVisible()
      }
      await until('what was said to be back', profile, { seconds: 60 })
      await look()
    },
  )
})

async function signIn(page: Page, server: TestServer): Promise<void> {
  await page.goto(`${server.origin}/settings`)
  await page.getByLabel('Username or e-mail address', { exact: true }).fill('alice')
  await page.getByLabel('Password', { exact: true }).fill('correct horse')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function openPhone(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  return context.newPage()
}
