import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWith } from '../support/parts.ts'
import { findFaintTexts, measureOverflow } from './browser-checks.ts'
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
  let browser: Browser
  let paths: readonly string[]

  beforeAll(async () => {
    site = await startSite()
    paths = await furnish(site)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  })

  afterAll(async () => {
    await browser?.close()
    await site[Symbol.asyncDispose]()
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
async function furnish(site: Site): Promise<string[]> {
  const ada = await site.addPerson('ada', { displayName: 'Ada Thorne' })
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
  return ['/', '/@ada', `/@ada/${answer}`, `/@ada/${question}`, '/tags/tide', '/tags/nothing']
}
