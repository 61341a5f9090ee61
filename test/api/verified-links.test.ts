import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRelMe } from '../../src/domain/links/read-rel-me.ts'
import { isProfileOf } from '../../src/domain/accounts/profile-links.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let site: RemoteServer
let alice: ApiMember

beforeAll(async () => {
  server = await startServer()
  site = await startRemoteServer()
  alice = await signUp(server, 'alice')
})
afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

const html =
  (body: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end(body)

async function save(member: ApiMember, values: readonly string[]): Promise<void> {
  const fields_attributes = values.map((value, index) => ({ name: `Page ${index}`, value }))
  const { status } = await member.call('PATCH', '/api/v1/accounts/update_credentials', { fields_attributes })
  expect(status).toBe(200)
  await server.settle()
}

/** Whether each field of a member is verified, as anybody sees it. */
async function verified({ actor }: ApiMember): Promise<boolean[]> {
  const { fields } = await nobody(server).get(`/api/v1/accounts/${actor.id}`)
  return fields.map((field: { verified_at: string | null }) => field.verified_at !== null)
}

const asked = (path: string) => site.fetched().filter((each) => each === path).length

test('A page that links back is verified, once, for as long as the field says the same', async () => {
  site.serve('/mine', html(`<p><a href="${server.origin}/@alice" rel="nofollow me">Me</a></p>`))
  const page = `${site.origin}/mine`
  await save(alice, [page, 'plain words'])
  expect(await verified(alice)).toEqual([true, false])
  const { fields, source } = await alice.get('/api/v1/accounts/verify_credentials')
  expect(Date.now() - Date.parse(fields[0].verified_at)).toBeLessThan(60_000)
  expect(source.fields[0]).toEqual({ name: 'Page 0', value: page, verified_at: fields[0].verified_at })
  await save(alice, ['first', page])
  expect(await verified(alice)).toEqual([false, true])
  expect(asked('/mine')).toBe(1)
  expect(await (await fetch(`${server.origin}/@alice`)).text()).toContain('class="verified"')
  const headers = { accept: 'application/activity+json' }
  expect(await (await fetch(`${server.origin}/users/alice`, { headers })).text()).not.toMatch(/verif/i)
  await save(alice, [`${page}?other`])
  expect(await verified(alice)).toEqual([false])
  expect(await (await fetch(`${server.origin}/@alice`)).text()).not.toContain('class="verified"')
})

test('A page that links to somebody else, or without saying who, verifies nothing', async () => {
  const bob = await signUp(server, 'bob')
  site.serve('/plain', html(`<a href="${server.origin}/@bob">Bob</a>`))
  site.serve('/other', html(`<a href="${server.origin}/@alice" rel="me">Alice</a>`))
  site.serve('/text', (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(`<a href="${server.origin}/@bob" rel="me">Bob</a>`),
  )
  await save(bob, [
    `${site.origin}/plain`,
    `${site.origin}/other`,
    `${site.origin}/text`,
    `${server.origin}/@bob`,
  ])
  expect(await verified(bob)).toEqual([false, false, false, false])
  expect(asked('/plain')).toBe(1)
})

test('Every way to link says so, whatever its case, and leads to the profile by each of its addresses', () => {
  const page = `<link href="/a" rel="ME"><a rel="x me y" href="b">x</a><area rel="me" href="https://else.example/">
    <a rel="meme" href="/no"><img rel="me" src="/no"><a rel="me">nowhere</a>`
  expect(readRelMe(page, 'https://page.example/').map(({ href }) => href)).toEqual([
    'https://page.example/a',
    'https://page.example/b',
    'https://else.example/',
    'https://page.example/',
  ])
  const home = { origin: 'https://home.example', handleDomain: 'example.com' }
  const isAlice = (path: string) => isProfileOf(home, alice.actor, new URL(path, home.origin))
  for (const path of ['/@alice', '/@Alice/', '/users/alice', '/@alice@example.com'])
    expect([path, isAlice(path)]).toEqual([path, true])
  for (const path of ['/@bob', '/@alice/1', 'https://else.example/@alice'])
    expect([path, isAlice(path)]).toEqual([path, false])
})
