import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/parts.ts'
import { createGuardedFetch, type GuardedClient } from '../../src/lib/safe-fetch.ts'
import type { RemoteServer } from '../support/remote-server.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'
import { addShowcase, startMediaServer } from './carried.ts'
import { startSite, type Site } from './site.ts'

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

await describeWith('chromium', 'in a browser', () => {
  let site: Site
  let media: RemoteServer
  let fetchAnywhere: GuardedClient
  let browser: Browser
  let paths: readonly string[]

  beforeAll(async () => {
    fetchAnywhere = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
    site = await startSite({ fetch: fetchAnywhere })
    media = await startMediaServer()
    paths = await furnish(site, media)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })

  afterAll(async () => {
    await browser?.close()
    await site[Symbol.asyncDispose]()
    await media[Symbol.asyncDispose]()
    await fetchAnywhere.close()
  })

  /** Opens a page, and fails if the browser complains of anything on it. */
  async function visit(
    path: string,
    options: { width: number; colorScheme: 'light' | 'dark' },
  ): Promise<Page> {
    const { width, colorScheme } = options
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('requestfailed', (request) => complaints.push(request.url()))
    await page.goto(site.address + path)
    expect(complaints).toEqual([])
    return page
  }

  test.each(['light', 'dark'] as const)('every page can be read, with %s colours', async (colorScheme) => {
    for (const path of paths) {
      await using page = await visit(path, { width: 1280, colorScheme })
      expect([path, await findFaintTexts(page)]).toEqual([path, ['checked true']])
    }
  })

  test('every page fits a small telephone', async () => {
    for (const path of paths) {
      await using page = await visit(path, { width: 320, colorScheme: 'light' })
      expect([path, await measureOverflow(page)]).toEqual([path, 0])
    }
  })

  test('pictures of other servers are shown, each from here', async () => {
    await using page = await visit('/@bea', { width: 1280, colorScheme: 'light' })
    const images = page.locator('.media img:visible')
    for (const image of await images.all()) {
      await image.scrollIntoViewIfNeeded()
      await image.evaluate('(element) => element.decode()')
    }
    const banner = page.locator('.banner')
    expect((await banner.boundingBox())?.width).toBeGreaterThan(400)
    await banner.evaluate('(element) => element.decode()')
    const poster = await page.locator('video').first().getAttribute('poster')
    expect((await page.request.get(site.address + poster)).headers()['content-type']).toBe('image/png')
    expect(await images.count()).toBeGreaterThan(4)
    expect(await page.locator('progress').count()).toBe(3)
    expect(await page.getByText('Not for everybody').count()).toBe(1)
    expect(await page.locator('.warning:not([open]) .media img').first().isVisible()).toBe(false)
  })

  test('the keyboard leads past the top to the content, and opens what is behind a warning', async () => {
    await using page = await visit('/@ada', { width: 1280, colorScheme: 'light' })
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to the content' })
    expect((await skip.boundingBox())?.height).toBeGreaterThan(20)
    await page.keyboard.press('Enter')
    expect(await page.locator('main:focus').count()).toBe(1)
    const hidden = page.getByText('the ending')
    expect(await hidden.isVisible()).toBe(false)
    await page.locator('summary').focus()
    await page.keyboard.press('Enter')
    expect(await hidden.isVisible()).toBe(true)
  })
})

/** @returns the paths of one page of each kind */
async function furnish(site: Site, media: RemoteServer): Promise<string[]> {
  const ada = await site.addPerson('ada', { displayName: 'Ada Thorne' })
  const showcase = await addShowcase(site, media.origin, 'bea')
  await site.ctx.db
    .updateTable('accounts')
    .set({ imageUrl: `${media.origin}/wide.png` })
    .where('username', '=', 'bea')
    .execute()
  for (let n = 0; n < 6; n++) await site.addPerson(`a_rather_long_name_of_person_${n}`)
  const fields = JSON.stringify([{ name: 'Garden', value: `https://ada.example/${'garden'.repeat(20)}` }])
  await site.ctx.db
    .updateTable('accounts')
    .set({ summary: 'x'.repeat(300), fields, locked: true })
    .execute()
  const question = await site.addPost(ada, `A #question at https://ada.example/${'long/'.repeat(40)}`)
  const answer = await site.addPost(ada, 'An answer', { inReplyToId: question, editedAt: new Date() })
  for (let n = 0; n < 20; n++) await site.addPost(ada, 'Low tide', { tags: ['tide'] })
  await site.addPost(ada, 'the ending', { summary: 'Spoilers', sensitive: true })
  return [
    '/',
    '/@ada',
    `/@ada/${answer}`,
    `/@ada/${question}`,
    '/tags/tide',
    '/tags/nothing',
    showcase.profile,
    showcase.post,
  ]
}
