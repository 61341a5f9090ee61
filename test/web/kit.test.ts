import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { listAuditEntries } from '../../src/store/audit-log.ts'
import { findKit } from '../../src/store/kits.ts'
import { FormBrowser } from '../api/sign-in-kit.ts'
import { openKit } from '../support/open-kit.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

const passphrase = 'a phrase that nobody guesses'
const place = '/settings/kit'

let server: TestServer
let alice: Actor
let browser: FormBrowser
let now = new Date()

beforeAll(async () => {
  server = await startServer({ parts: { now: () => now } })
  alice = await createMember(server.ctx, 'alice')
  browser = new FormBrowser(server.origin)
  await browser.signIn('alice')
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function read(): Promise<string> {
  const text = await (await browser.get(place)).text()
  expect(findMarkupProblems(text)).toEqual([])
  return text.replaceAll(/\s+/g, ' ')
}

const make = (fields: Record<string, string>) => browser.send(place, `${place}/make`, fields)
const twice = { passphrase, again: passphrase }

describe('The page of the recovery kit', () => {
  test('says what a kit keeps, what it cannot, and suggests another passphrase each time', async () => {
    const page = await read()
    expect(page).toContain('What it cannot keep: the addresses that your posts had')
    expect(page).toContain('Fedify such as Hollo and Ghost, and on Misskey before 2024.5. They do not reach')
    const [alias, choice] = ['<strong>@alice@', 'id="standby"'].map((text) => page.indexOf(text))
    expect(page).toContain('<ol class="steps">')
    expect(alias).toBeGreaterThan(0)
    expect(choice).toBeGreaterThan(alias!)
    const suggested = (text: string) => /class="phrase">((?:[a-z]{5} ){5}[a-z]{5})</.exec(text)?.[1]
    expect(suggested(page)).toBeDefined()
    expect(suggested(await read())).not.toBe(suggested(page))
  })

  test.each([
    ['two passphrases that differ', { passphrase, again: 'another phrase' }, 'not the same'],
    ['a short passphrase', { passphrase: 'short', again: 'short' }, 'at least 12 characters'],
    [
      'the key without saying so twice',
      { ...twice, with_key: 'yes' },
      'what the private key in the kit means',
    ],
    ['a standby that is here', { ...twice, standby: 'alice' }, 'A standby is on another server'],
  ])('makes none of %s', async (_what, fields, said) => {
    const answer = await make(fields)
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toContain(said)
    expect(text).not.toContain(passphrase)
    expect(await findKit(server.ctx.db, alice.id)).toBeUndefined()
  })

  test('makes one, tells what would be lost, and hands out a copy', async () => {
    await createPost(server.ctx, alice, { text: 'Hello', visibility: 'public' })
    const made = await make(twice)
    expect([made.status, made.headers.get('location')]).toEqual([303, `${place}?done=made`])
    expect(await read()).toContain('If this place were gone today, you would lose 1 post.')
    const copy = await browser.send(place, `${place}/download`, {})
    expect(copy.headers.get('content-disposition')).toContain('attachment; filename="alice-')
    expect(copy.headers.get('cache-control')).toBe('private, no-store')
    const { items } = await openKit(await copy.text(), passphrase)
    expect(Object.keys(items)).toEqual(['profile', 'posts'])
    expect(await read()).toContain('nothing of that would be lost')
    now = new Date(now.getTime() + 1000)
    await createPost(server.ctx, alice, { text: 'Again', visibility: 'public' })
    expect(await read()).toContain('you would lose 1 post, all newer than the last copy.')
  })

  test('puts the key in after both boxes, and takes it out again', async () => {
    const boxes = { with_key: 'yes', key_sure: 'yes', with_media: 'yes' }
    for (const name of ['standby', 'with_key', 'key_sure', 'with_media'])
      expect((await read()).split(`name="${name}"`)).toHaveLength(2)
    expect((await browser.send(place, `${place}/change`, boxes)).status).toBe(303)
    expect(await findKit(server.ctx.db, alice.id)).toMatchObject({ includesKey: true, includesMedia: true })
    await make({ ...twice, as_before: 'yes' })
    expect(await findKit(server.ctx.db, alice.id)).toMatchObject({ includesKey: true, includesMedia: true })
    expect((await browser.send(place, `${place}/change`, {})).status).toBe(303)
    expect(await findKit(server.ctx.db, alice.id)).toMatchObject({ includesKey: false, includesMedia: false })
    const acts = (await listAuditEntries(server.ctx.db, alice.id, 20)).map(({ act }) => act)
    expect(acts).toEqual(expect.arrayContaining(['kit.made', 'kit.taken', 'kit.keyed', 'kit.changed']))
  })

  test('asks for the password again after 10 minutes, also for a copy', async () => {
    const page = await (await browser.get(place)).text()
    const token = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    now = new Date(now.getTime() + 11 * 60_000)
    for (const action of ['download', 'make', 'change']) {
      const answer = await browser.post(`${place}/${action}`, { form_token: token, ...twice })
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        '/auth/prove?next=%2Fsettings%2Fkit',
      ])
    }
  })
})
