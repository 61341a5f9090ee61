import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { findOpened, listRecoveries } from '../../src/store/recoveries.ts'
import type { Actor } from '../../src/store/actors.ts'
import { FormBrowser } from '../api/sign-in-kit.ts'
import { makeKit, passphrase } from '../recovery/comebacks.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

const place = '/settings/recover'

let haven: TestServer
let alice: Actor
let browser: FormBrowser
let kit: string[]
let formerUri: string

beforeAll(async () => {
  haven = await startServer()
  alice = await createMember(haven.ctx, 'alice')
  browser = new FormBrowser(haven.origin)
  await browser.signIn('alice')
  await using home = await startServer()
  formerUri = `${home.origin}/users/alice`
  const there = await createMember(home.ctx, 'alice')
  await addAlias(haven.ctx, alice, formerUri)
  await createPost(home.ctx, there, { text: 'Hello', visibility: 'public' })
  kit = await makeKit(home.ctx, there, { standby: `${haven.origin}/users/alice` })
}, 60_000)
afterAll(() => haven?.[Symbol.asyncDispose]())

async function read(path: string): Promise<string> {
  const text = await (await browser.get(path)).text()
  expect(findMarkupProblems(text)).toEqual([])
  return text.replaceAll(/\s+/g, ' ')
}

async function open(phrase: string): Promise<Response> {
  const body = new FormData()
  const page = await (await browser.get(place)).text()
  body.set('form_token', /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? '')
  body.set('passphrase', phrase)
  body.set('kit', new Blob([kit.join('')]), 'alice.kit')
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, origin: haven.origin, 'sec-fetch-site': 'same-origin' }
  return fetch(`${haven.origin}${place}/open`, { method: 'POST', headers, body, redirect: 'manual' })
}

describe('The pages of coming back', () => {
  test('open nothing for another passphrase', async () => {
    const answer = await open('another phrase altogether')
    expect(answer.status).toBe(403)
    const text = await answer.text()
    expect(text).toContain('The passphrase does not open this kit.')
    expect(text).toContain('Choose the file again')
    expect(await findOpened(haven.ctx.db, alice.id)).toBeUndefined()
  })

  test('show what a kit holds, say what cannot be kept, and begin only when the member says so', async () => {
    expect(await read(place)).not.toContain('Choose the file again')
    await open(passphrase)
    const page = await read(place)
    expect(page).toContain('What cannot be kept:')
    expect(page).toContain('<li>1 post or boost</li>')
    expect(page).toContain('BookWyrm believe only the key')
    expect(await listRecoveries(haven.ctx.db, alice.id)).toEqual([])
    const opened = await findOpened(haven.ctx.db, alice.id)
    expect(await read('/settings')).not.toContain('/settings/recovery')
    const begun = await browser.send(place, `${place}/start`, { id: opened?.id ?? '' })
    expect(begun.headers.get('location')).toBe('/settings/recovery?done=started')
    expect(await listRecoveries(haven.ctx.db, alice.id)).toMatchObject([{ formerUri, hasKey: false }])
  })

  test('show how far it is', async () => {
    await haven.settle()
    expect(await read('/settings')).toContain('href="/settings/recovery"')
    const page = await read('/settings/recovery')
    expect(page).toContain('only a follower who follows counts')
  })
})
