import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { check } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { listJobs } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let token: string

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  token = await issueToken(server.ctx, alice.actor.id, ['read', 'write'])
})
afterAll(() => server?.[Symbol.asyncDispose]())

const picture = (background: string) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background } })
    .png()
    .toBuffer()

async function send(method: string, path: string, parts: Readonly<Record<string, string | Buffer>>) {
  const body = new FormData()
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === 'string') body.set(name, value)
    else body.set(name, new Blob([new Uint8Array(value)], { type: 'image/png' }), 'picture.png')
  }
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(server.origin + path, { method, body, headers })
  return { status: response.status, body: (await response.json()) as any }
}

const update = (parts: Readonly<Record<string, string | Buffer>>) =>
  send('PATCH', '/api/v1/accounts/update_credentials', parts)
const actorDocument = async () =>
  (
    await fetch(`${server.origin}/users/alice`, { headers: { accept: 'application/activity+json' } })
  ).json() as Promise<any>
const updates = async () =>
  (await listJobs(server.ctx.db)).filter(({ name }) => name === 'actor.updated').length

test('Pictures of a profile are shown to apps, to servers and on pages, and the files of earlier ones go', async () => {
  const told = await updates()
  const { status, body } = await update({
    ...{ avatar: await picture('teal'), header: await picture('navy') },
    ...{ avatar_description: 'A teal square', 'source[privacy]': 'unlisted' },
  })
  expect(status).toBe(200)
  check('CredentialAccount', body)
  expect(body.avatar).toMatch(new RegExp(`^${server.origin}/media/[\\w.-]{22,}$`))
  expect(body).toMatchObject({
    ...{ avatar_static: body.avatar, header_static: body.header, avatar_description: 'A teal square' },
    source: { privacy: 'unlisted' },
  })
  expect(await updates()).toBe(told + 1)
  const seen = await nobody(server).get(`/api/v1/accounts/${alice.actor.id}`)
  expect([seen.avatar, seen.header]).toEqual([body.avatar, body.header])
  const file = await fetch(body.avatar)
  const { width, height, format } = await sharp(Buffer.from(await file.arrayBuffer())).metadata()
  expect([file.status, width, height]).toEqual([200, 400, 400])
  const document = await actorDocument()
  expect(document).toMatchObject({
    icon: { type: 'Image', url: body.avatar, name: 'A teal square', mediaType: `image/${format}` },
    image: { type: 'Image', url: body.header },
  })
  const page = await (await fetch(`${server.origin}/@alice`, { headers: { accept: 'text/html' } })).text()
  expect(page).toContain(`src="${new URL(body.avatar).pathname}"`)
  const other = await update({ avatar: await picture('red') })
  expect([other.status, other.body.header]).toEqual([200, body.header])
  await server.settle()
  expect((await fetch(body.avatar)).status).toBe(404)
  expect((await fetch(other.body.avatar)).status).toBe(200)
})

test('What is no picture is refused, and what was shown stays', async () => {
  const before = await alice.get('/api/v1/accounts/verify_credentials')
  for (const parts of [
    { avatar: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    { header: Buffer.alloc(0) },
    { avatar_description: 'x'.repeat(1501) },
    { avatar: await picture('red'), display_name: 'x'.repeat(31) },
  ]) {
    const { status, body } = await update(parts)
    expect(status).toBe(422)
    check('Error', body)
  }
  expect(await alice.get('/api/v1/accounts/verify_credentials')).toEqual(before)
})

test('A profile is read and edited as a whole, by PATCH and PUT alike', async () => {
  const parts = {
    ...{ display_name: 'Alice', note: 'Reefs', 'fields_attributes[0][name]': 'Home' },
    ...{ 'fields_attributes[0][value]': 'sea.example', show_media: 'false', bot: 'true' },
    'attribution_domains[]': 'reef.example',
  }
  for (const method of ['PUT', 'PATCH']) {
    const { status, body } = await send(method, '/api/v1/profile', parts)
    expect(status).toBe(200)
    expect(check('Profile', body)).toMatchObject({
      ...{ id: alice.actor.id, display_name: 'Alice', note: 'Reefs', bot: true, show_media: false },
      ...{ show_media_replies: true, show_featured: true, attribution_domains: ['reef.example'] },
      fields: [{ name: 'Home', value: 'sea.example' }],
    })
    expect(await alice.get('/api/v1/profile')).toEqual(body)
  }
  const refused = await send('PATCH', '/api/v1/profile', { 'attribution_domains[]': 'not a domain' })
  expect(refused.status).toBe(422)
})

test('Pictures that are taken off are gone everywhere, also when asked twice', async () => {
  const { body } = await update({ avatar: await picture('teal'), header: await picture('navy') })
  for (const which of ['avatar', 'header'] as const)
    for (let times = 0; times < 2; times++) {
      const answer = await alice.call('DELETE', `/api/v1/profile/${which}`)
      expect(answer.status).toBe(200)
      expect(check('CredentialAccount', answer.body)[which]).toMatch(/\/original\/missing\.png$/)
    }
  expect(await alice.get('/api/v1/profile')).toMatchObject({
    ...{ avatar: null, avatar_static: null, avatar_description: '', header: null, header_description: '' },
  })
  const document = await actorDocument()
  expect([document.icon, document.image]).toEqual([undefined, undefined])
  await server.settle()
  expect((await fetch(body.avatar)).status).toBe(404)
  expect((await fetch(body.header)).status).toBe(404)
})
