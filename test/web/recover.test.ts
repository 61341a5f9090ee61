import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
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
    expect(await answer.text()).toContain('The passphrase does not open this kit.')
    expect(await findOpened(haven.ctx.db, alice.id)).toBeUndefined()
  })

  test('show what a kit holds, say what cannot be kept, and begin only when the member says so', async () => {
    await open(passphrase)
    const page = await read(place)
    expect(page).toContain('What cannot be kept:')
    expect(page).toContain('BookWyrm believe only the key')
    expect(await listRecoveries(haven.ctx.db, alice.id)).toEqual([])
    const opened = await findOpened(haven.ctx.db, alice.id)
    const begun = await browser.send(place, `${place}/start`, { id: opened?.id ?? '' })
    expect(begun.headers.get('location')).toBe('/settings/recovery?done=started')
    expect(await listRecoveries(haven.ctx.db, alice.id)).toMatchObject([{ formerUri, hasKey: false }])
  })

  test('show how far it is', async () => {
    await haven.settle()
    const page = await read('/settings/recovery')
    expect(page).toContain('only a follower who follows counts')
  })
})
