import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { findFollowBetween } from '../../src/store/follows.ts'
import { listImports } from '../../src/store/imports.ts'
import type { Actor } from '../../src/store/actors.ts'
import { FormBrowser, password } from '../api/sign-in-kit.ts'
import { createMember, createStranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { findMarkupProblems } from './check-markup.ts'

let server: TestServer
let now = new Date()
let anna: Actor
let eve: Actor
let browser: FormBrowser

beforeAll(async () => {
  server = await startServer({ parts: { now: () => now } })
  anna = await createMember(server.ctx, 'anna')
  eve = await createMember(server.ctx, 'eve')
  browser = await enter('anna')
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function enter(login: string): Promise<FormBrowser> {
  const entered = new FormBrowser(server.origin)
  await entered.send('/auth/sign_in', '/auth/sign_in', { login, password })
  return entered
}

const read = async (path: string, as = browser) => (await as.get(path)).text()

/** Sends the form of the page with a file, as a browser does. */
async function upload(content: string, fields: Record<string, string> = {}, name = 'follows.csv') {
  const token = /name="form_token" value="([^"]+)"/.exec(await read('/settings/import'))?.[1] ?? ''
  const body = new FormData()
  for (const [key, value] of Object.entries({ form_token: token, ...fields })) body.set(key, value)
  body.set('data', new Blob([content]), name)
  const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
  const headers = { cookie, origin: server.origin }
  const place = `${server.origin}/settings/import/file`
  return fetch(place, { method: 'POST', headers, body, redirect: 'manual' })
}

async function ended(): Promise<void> {
  await until('the import to end', async () => {
    const [latest] = await listImports(server.ctx.db, anna.id, 1)
    return latest?.finishedAt != null
  })
}

describe('The page for what a member takes along', () => {
  test('saves each file, for whoever gave the password lately', async () => {
    await followActor(server.ctx, anna, await createStranger(server.ctx, 'Bob'))
    const saved = await browser.send('/settings/export', '/settings/export/file', {
      name: 'following_accounts.csv',
    })
    expect([saved.status, saved.headers.get('content-disposition')]).toEqual([
      ...[200, 'attachment; filename="following_accounts.csv"'],
    ])
    expect(saved.headers.get('cache-control')).toBe('private, no-store')
    expect(await saved.text()).toBe(
      'Account address,Show boosts,Notify on new posts,Languages\nBob@away.example,true,false,\n',
    )
    const other = await browser.send('/settings/export', '/settings/export/file', { name: '../secret' })
    expect(other.status).toBe(422)
    now = new Date(now.getTime() + 16 * 60_000)
    const late = await browser.send('/settings/import', '/settings/export/file', { name: 'followers.csv' })
    expect([late.status, late.headers.get('location')]).toEqual([
      ...[303, '/auth/prove?next=%2Fsettings%2Fexport'],
    ])
    now = new Date()
  })
})

describe('The page for what a member brings', () => {
  test('takes a file, shows how far it is, and gives back what failed', async () => {
    const sent = await upload(`eve@${server.ctx.config.handleDomain}\nhello\n`, { type: 'following' })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/settings/import?done=started'])
    await ended()
    const [row] = await listImports(server.ctx.db, anna.id, 1)
    const page = await read('/settings/import')
    expect(findMarkupProblems(page)).toEqual([])
    expect(page).toContain('Done: ')
    expect(page).not.toContain('http-equiv="refresh"')
    const saved = await browser.send('/settings/import', '/settings/import/failures', { id: row!.id })
    expect(await saved.text()).toContain('hello,,,,This is no address like name@domain.')
  })

  test('reloads itself while something is under way, which can be stopped', async () => {
    await server.ctx.db
      .insertInto('imports')
      .values({ id: '5', accountId: anna.id, kind: 'mutes', state: 'running', total: 50, fileName: '<b>' })
      .execute()
    const page = await read('/settings/import')
    expect(page).toContain('<meta http-equiv="refresh" content="5">')
    expect(page).toContain('<progress max="50" value="0">')
    expect(page).not.toContain('type="file"')
    const choosing = await read('/settings/import?more=yes')
    expect(choosing).toContain('type="file"')
    expect(choosing).not.toContain('http-equiv="refresh"')
    expect(findMarkupProblems(page)).toEqual([])
    const foreign = await enter('eve')
    await foreign.send('/settings/import', '/settings/import/stop', { id: '5' })
    expect((await listImports(server.ctx.db, anna.id, 10)).find(({ id }) => id === '5')?.state).toBe(
      'running',
    )
    expect((await foreign.send('/settings/import', '/settings/import/failures', { id: '5' })).status).toBe(
      404,
    )
    await browser.send('/settings/import', '/settings/import/stop', { id: '5' })
    expect(await read('/settings/import')).toContain('Stopped: ')
  })

  test('says what is wrong with a file, and keeps what was chosen', async () => {
    const refused = await upload('a\0b', { type: 'blocks', mode: 'overwrite' })
    expect(refused.status).toBe(422)
    const page = await refused.text()
    expect(page).toMatch(/role="alert"[^>]*>The file is not text in UTF-8\./)
    expect(page).toContain('<option value="blocks" selected>')
    expect(page).toMatch(/value="overwrite" checked/)
    expect(await findFollowBetween(server.ctx.db, eve.id, anna.id)).toBeUndefined()
  })
})
