import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { grantToken } from '../../src/domain/auth/grant-token.ts'
import { changeSettings } from '../../src/domain/instance/settings.ts'
import { settingsPages } from '../../src/web/settings/pages.ts'
import { findActor, type Actor } from '../../src/store/actors.ts'
import { findUser } from '../../src/store/users.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { readLink, readMailFiles } from '../support/mail-files.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findMarkupProblems } from './check-markup.ts'

let server: TestServer
let now = new Date()
let clients = 0

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' }, parts: { now: () => now } })
})
beforeEach(() => {
  now = new Date()
})
afterAll(() => server?.[Symbol.asyncDispose]())

const from = () => ({ 'x-forwarded-for': `198.18.2.${++clients}` })

async function enter(name: string, given = password): Promise<FormBrowser> {
  const browser = new FormBrowser(server.origin)
  const fields = { login: name, password: given }
  await browser.send('/auth/sign_in', '/auth/sign_in', fields, from())
  return browser
}

async function arrive(name: string): Promise<{ member: Actor; browser: FormBrowser }> {
  const member = await createMember(server.ctx, name)
  return { member, browser: await enter(name) }
}

const isIn = async (browser: FormBrowser) => (await browser.get('/settings')).status === 200

describe('the settings', () => {
  test('are sound pages for members, kept by nobody; others sign in first and come back', async () => {
    const { browser } = await arrive('ann')
    for (const path of ['/settings', ...settingsPages.map((page) => page.path)]) {
      const answer = await browser.get(path)
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([
        path,
        200,
        'private, no-store',
      ])
      expect([path, findMarkupProblems(await answer.text())]).toEqual([path, []])
      const stranger = await new FormBrowser(server.origin).get(path)
      expect([stranger.status, stranger.headers.get('location')]).toEqual([
        303,
        `/auth/sign_in?next=${encodeURIComponent(path)}`,
      ])
    }
  })

  test('act on forms of ours alone, of this browser', async () => {
    const { member, browser } = await arrive('guarded')
    for (const { path, actions } of settingsPages) {
      for (const name of Object.keys(actions ?? {})) {
        const fields = { form_token: 'wrong', username: 'guarded', email: 'x@mail.example' }
        expect((await browser.post(`${path}/${name}`, fields)).status).toBe(403)
        const elsewhere = { origin: 'https://evil.test' }
        expect((await browser.send(path, `${path}/${name}`, fields, elsewhere)).status).toBe(403)
      }
    }
    expect(await findUser(server.ctx.db, member.id)).toMatchObject({ leavingSince: null })
  })

  test('ask for the password again after 10 minutes, and lead back', async () => {
    const { browser } = await arrive('prover')
    expect((await browser.get('/settings/account')).status).toBe(200)
    now = new Date(now.getTime() + 11 * 60_000)
    const asked = await browser.get('/settings/account')
    const place = '/auth/prove?next=%2Fsettings%2Faccount'
    expect([asked.status, asked.headers.get('location')]).toEqual([303, place])
    expect((await browser.get('/settings/profile')).status).toBe(200)
    const next = '/settings/account'
    const wrong = await browser.send(place, '/auth/prove', { password: 'wrong horse', next })
    expect(wrong.status).toBe(401)
    expect((await browser.get('/settings/account')).status).toBe(303)
    const away = await browser.send(place, '/auth/prove', { password, next: '//evil.test' })
    expect(away.headers.get('location')).toBe('/settings')
    expect((await browser.get('/settings/account')).status).toBe(200)
  })

  test('save a profile, and keep what was typed when it will not do', async () => {
    const { member, browser } = await arrive('profiled')
    const fields = {
      display_name: 'Pro <b>',
      note: 'About me',
      field_name_0: 'Web',
      field_value_0: 'here',
      locked: 'yes',
    }
    const saved = await browser.send('/settings/profile', '/settings/profile/save', fields)
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/settings/profile?done=saved'])
    const kept = { displayName: 'Pro <b>', summary: 'About me', locked: true, discoverable: false }
    expect(await findActor(server.ctx.db, member.id)).toMatchObject({
      ...kept,
      fields: [{ name: 'Web', value: 'here' }],
    })
    const long = await browser.send('/settings/profile', '/settings/profile/save', {
      ...fields,
      note: 'y'.repeat(501),
    })
    expect(long.status).toBe(422)
    expect(await long.text()).toMatch(/role="alert"[\s\S]*y{501}/)
    expect(await findActor(server.ctx.db, member.id)).toMatchObject(kept)
  })

  test('show apps, and sign them out', async () => {
    const { member, browser } = await arrive('apper')
    const app = await server.ctx.db
      .insertInto('oauthApps')
      .values({
        id: '77',
        clientId: 'c',
        secretDigest: Buffer.from('x'),
        name: 'Tusk',
        redirectUris: [],
        scopes: [],
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const tokens = ['read', 'write'].map((scope) => ({
      appId: app.id,
      accountId: member.id,
      scopes: [scope],
    }))
    const given = await Promise.all(tokens.map((token) => grantToken(server.ctx, token)))
    expect(await (await browser.get('/settings/apps')).text()).toContain('Tusk')
    await browser.send('/settings/apps', '/settings/apps/revoke', { app: app.id })
    expect(await (await browser.get('/settings/apps')).text()).not.toContain('Tusk')
    for (const { accessToken } of given) {
      const headers = { authorization: `Bearer ${accessToken}` }
      const answer = await fetch(`${server.origin}/api/v1/accounts/verify_credentials`, { headers })
      expect(answer.status).toBe(401)
    }
  })
})

describe('a password', () => {
  test('is changed for this browser, and ends all others', async () => {
    const { browser } = await arrive('changer')
    const other = await enter('changer')
    const fields = { password: 'another horse', again: 'another horse' }
    const differing = await browser.send('/settings/account', '/settings/account/password', {
      ...fields,
      again: 'x',
    })
    expect(differing.status).toBe(422)
    const done = await browser.send('/settings/account', '/settings/account/password', fields)
    expect(done.headers.get('location')).toBe('/settings/account?done=password')
    expect([await isIn(browser), await isIn(other)]).toEqual([true, false])
    expect([await isIn(await enter('changer')), await isIn(await enter('changer', 'another horse'))]).toEqual(
      [false, true],
    )
    await server.settle()
    expect(
      (await readMailFiles(server.ctx)).filter(({ text }) => text.includes('To: changer@')),
    ).toMatchObject([{ text: expect.stringContaining('Your password was changed') }])
    const page = await (await browser.get('/settings/account')).text()
    expect(page).toContain('The password was changed')
    const { rows } = await sql<{ row: string }>`select a::text as row from audit_log a`.execute(server.ctx.db)
    expect(rows.map(({ row }) => row).join('\n')).not.toMatch(/198\.18|127\.0\.0\.1/)
  })

  test('that is forgotten is set by a link, once, which signs out everywhere', async () => {
    const { member, browser } = await arrive('forgetter')
    const { accessToken } = await grantToken(server.ctx, {
      appId: null,
      accountId: member.id,
      scopes: ['read'],
    })
    const stranger = new FormBrowser(server.origin)
    const ask = (email: string) =>
      stranger.send('/auth/password/new', '/auth/password/new', { email }, from())
    const [known, unknown] = [await ask('FORGETTER@mail.example'), await ask('nobody@mail.example')]
    const shapes = [known, unknown].map(({ status, headers }) => [status, headers.get('location')])
    expect(shapes).toEqual(Array(2).fill([303, '/auth/password/new?note=sent']))
    await server.settle()
    const path = await readLink(server.ctx, 'forgetter@mail.example', 'reset_password_token')
    const reset_password_token = new URL(path, server.origin).searchParams.get('reset_password_token') ?? ''
    const set = (fields: object = {}) =>
      stranger.send(path, '/auth/password/edit', {
        ...{ reset_password_token, password: 'another horse', again: 'another horse' },
        ...fields,
      })
    expect((await set({ password: 'short', again: 'short' })).status).toBe(422)
    expect((await set({ reset_password_token: 'x'.repeat(43) })).status).toBe(422)
    expect((await set()).headers.get('location')).toBe('/auth/sign_in?note=password')
    expect((await set({ password: 'third horse', again: 'third horse' })).status).toBe(422)
    expect([await isIn(browser), await isIn(await enter('forgetter', 'another horse'))]).toEqual([
      false,
      true,
    ])
    const headers = { authorization: `Bearer ${accessToken}` }
    expect((await fetch(`${server.origin}/api/v1/accounts/verify_credentials`, { headers })).status).toBe(401)
    expect((await readMailFiles(server.ctx)).some(({ text }) => text.includes('nobody@mail.example'))).toBe(
      false,
    )
  })

  test('link holds for two hours', async () => {
    await arrive('late')
    const stranger = new FormBrowser(server.origin)
    await stranger.send('/auth/password/new', '/auth/password/new', { email: 'late@mail.example' }, from())
    await server.settle()
    const path = await readLink(server.ctx, 'late@mail.example', 'reset_password_token')
    expect((await stranger.get(path)).status).toBe(200)
    now = new Date(now.getTime() + 2 * 3600_000 + 60_000)
    expect((await stranger.get(path)).status).toBe(422)
  })
})

test('Another address holds once it is confirmed, and the one before is told', async () => {
  const { member, browser } = await arrive('mover')
  await arrive('neighbour')
  const ask = (email: string) => browser.send('/settings/account', '/settings/account/email', { email })
  expect((await ask('neighbour@mail.example')).status).toBe(409)
  expect((await ask('not an address')).status).toBe(422)
  expect((await ask('Moved@NEW.example')).headers.get('location')).toBe('/settings/account?done=asked')
  await server.settle()
  expect(await findUser(server.ctx.db, member.id)).toMatchObject({ email: 'mover@mail.example' })
  const path = await readLink(server.ctx, 'Moved@new.example', 'confirmation_token')
  const confirmation_token = new URL(path, server.origin).searchParams.get('confirmation_token') ?? ''
  await new FormBrowser(server.origin).send(path, '/auth/confirmation', { confirmation_token })
  expect(await findUser(server.ctx.db, member.id)).toMatchObject({ email: 'Moved@new.example' })
  await server.settle()
  const told = (await readMailFiles(server.ctx)).filter(({ text }) => text.includes('To: mover@mail.example'))
  expect(told.map(({ text }) => /Subject: (.*)/.exec(text)?.[1])).toEqual([
    'Another e-mail address for your account',
    'Your e-mail address was changed',
  ])
})

describe('signing up in a browser', () => {
  const filled = (name: string) => ({
    username: name,
    email: `${name}@mail.example`,
    password,
    agreement: 'yes',
  })

  async function fillIn(name: string, changes: object = {}) {
    const browser = new FormBrowser(server.origin)
    const page = await (await browser.get('/auth/sign_up')).text()
    const form_token = /form_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const opened = /name="opened" value="([^"]+)"/.exec(page)?.[1] ?? ''
    return (waitMs: number) => {
      now = new Date(now.getTime() + waitMs)
      return browser.post('/auth/sign_up', { form_token, opened, ...filled(name), ...changes }, from())
    }
  }

  test('is offered where it is open, and refused where it is not', async () => {
    expect((await new FormBrowser(server.origin).get('/auth/sign_up')).status).toBe(403)
    await changeSettings(server.ctx, { registrations: 'open', rules: [{ text: 'Be <kind>', hint: '' }] })
    expect(await (await fetch(`${server.origin}/auth/sign_in`)).text()).toContain('/auth/sign_up')
    const page = await (await fetch(`${server.origin}/auth/sign_up`)).text()
    expect(page).toContain('Be &#60;kind&#62;')
    expect(findMarkupProblems(page)).toEqual([])
  })

  test('makes an account of what people fill in, not of what programs do', async () => {
    const people = async (name: string) =>
      (await sql`select from accounts where username = ${name}`.execute(server.ctx.db)).rows.length
    const trapped = await (await fillIn('trapped', { website: 'https://spam.test' }))(5000)
    expect([trapped.status, await people('trapped')]).toEqual([303, 0])
    const hasty = await (await fillIn('hasty'))(500)
    expect([hasty.status, await people('hasty')]).toEqual([422, 0])
    expect((await (await fillIn('forged', { opened: 'AAAA' }))(5000)).status).toBe(422)
    const wrong = await (await fillIn('wrong', { agreement: '' }))(5000)
    expect([wrong.status, await people('wrong')]).toEqual([422, 0])
    const done = await (await fillIn('person'))(5000)
    expect([done.status, done.headers.get('location')]).toEqual([303, '/auth/confirmation/new?note=sent'])
    expect(await people('person')).toBe(1)
    await (
      await fillIn('listed', { discoverable: 'yes' })
    )(5000)
    const shown = await sql`select username from accounts where discoverable and type = 'Person'`.execute(
      server.ctx.db,
    )
    expect(shown.rows).toEqual([{ username: 'listed' }])
  })
})
