import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { actorUri, statusUri } from '../../src/domain/accounts/addresses.ts'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let here: TestServer
let there: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  ;[here, there] = await Promise.all([startServer(), startServer()])
  ;[alice, bob] = await Promise.all([signUp(here, 'alice'), signUp(there, 'bob')])
  const known = await there.ctx.remote.resolveActor(actorUri(here.ctx.config, alice.actor))
  await bob.post(`/api/v1/accounts/${known!.id}/follow`)
  for (const server of [there, here, there]) await server.settle()
}, 120_000)
afterAll(() => Promise.all([here, there].map((server) => server?.[Symbol.asyncDispose]())))

async function upload(
  method: string,
  path: string,
  name: string,
  more: Readonly<Record<string, string>> = {},
) {
  const token = await issueToken(here.ctx, alice.actor.id, ['read', 'write'])
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const body = new FormData()
  body.set(name, new Blob([new Uint8Array(picture)], { type: 'image/png' }), 'reef.png')
  for (const [key, value] of Object.entries(more)) body.set(key, value)
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(here.origin + path, { method, body, headers })
  expect(response.status).toBe(200)
  return (await response.json()) as any
}

const travel = async () => {
  await here.settle()
  await there.settle()
}
const arrivedAs = async (id: string) => {
  const uri = statusUri(here.ctx.config, { id, uri: null }, alice.actor)
  const found = await findRemoteStatus(there.ctx.db, uri)
  return found && bob.get(`/api/v1/statuses/${found.id}`)
}

test('A picture is shown elsewhere through the proxy there, described anew, and gone with its post', async () => {
  const { id: mediaId } = await upload('POST', '/api/v2/media', 'file', {
    ...{ description: 'A reef', focus: '0.5,-0.25' },
  })
  const posted = await alice.post('/api/v1/statuses', { media_ids: [mediaId], sensitive: true })
  await travel()
  const [seen] = (await arrivedAs(posted.id)).media_attachments
  const [own] = posted.media_attachments
  expect(seen).toMatchObject({
    ...{ type: 'image', description: 'A reef', remote_url: own.url, blurhash: own.blurhash },
    meta: { original: { width: 640, height: 480 }, focus: { x: 0.5, y: -0.25 } },
  })
  expect(seen.url).toMatch(new RegExp(`^${there.origin}/proxy/`))
  const [theirs, ours] = await Promise.all([fetch(seen.url), fetch(own.url)])
  expect(theirs.status).toBe(200)
  expect(Buffer.from(await theirs.arrayBuffer())).toEqual(Buffer.from(await ours.arrayBuffer()))

  await alice.call('PUT', `/api/v1/statuses/${posted.id}`, {
    ...{ media_ids: [mediaId], media_attributes: [{ id: mediaId, description: 'A teal reef' }] },
  })
  await travel()
  const edited = await arrivedAs(posted.id)
  expect([edited.media_attachments[0].description, edited.edited_at !== null]).toEqual(['A teal reef', true])

  await alice.call('DELETE', `/api/v1/statuses/${posted.id}?delete_media=true`)
  await travel()
  expect(await arrivedAs(posted.id)).toBeUndefined()
  expect((await fetch(own.url)).status).toBe(404)
}, 120_000)

test('The pictures of a profile follow it elsewhere, and go with it', async () => {
  const { avatar } = await upload('PATCH', '/api/v1/accounts/update_credentials', 'avatar', {
    avatar_description: 'Alice, waving',
  })
  await travel()
  const acct = `alice@${new URL(here.origin).host}`
  const look = () => bob.get(`/api/v1/accounts/lookup?acct=${acct}`)
  const shown = await look()
  expect(shown.avatar_description).toBe('Alice, waving')
  expect(shown.avatar).toBe(
    shown.avatar.startsWith(`${there.origin}/proxy/`) &&
      `${shown.avatar.split('/').slice(0, 5).join('/')}/${Buffer.from(avatar).toString('base64url')}`,
  )
  expect((await fetch(shown.avatar)).status).toBe(200)
  await alice.call('DELETE', '/api/v1/profile/avatar')
  await travel()
  expect((await look()).avatar).toBe(`${there.origin}/avatars/original/missing.png`)
}, 120_000)
