import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addEmoji, removeEmoji } from '../../src/domain/emojis/keep-emoji.ts'
import { checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let away: RemoteServer
let alice: ApiMember
let directory: string

beforeAll(async () => {
  server = await startServer()
  away = await startRemoteServer()
  alice = await signUp(server, 'alice')
  directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const frame = (background: string) =>
    sharp({ create: { width: 300, height: 200, channels: 4, background } })
      .png()
      .toBuffer()
  await writeFile(join(directory, 'still.png'), await frame('red'))
  const moving = sharp([await frame('red'), await frame('blue')], { join: { animated: true } }).gif({
    delay: 100,
  })
  await writeFile(join(directory, 'moving.gif'), await moving.toBuffer())
  await writeFile(join(directory, 'fake.png'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await addEmoji(server.ctx, 'kelp', join(directory, 'still.png'), 'Sea')
  await addEmoji(server.ctx, 'wave', join(directory, 'moving.gif'), undefined)
})
afterAll(async () => {
  await away?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  if (directory) await rm(directory, { recursive: true })
})

const names = (emojis: readonly { shortcode: string }[]) => emojis.map(({ shortcode }) => shortcode)

test('Custom emoji are listed, drawn anew, and stand still where apps want that', async () => {
  const emojis = checkAll('Emoji', await nobody(server).get('/api/v1/custom_emojis')) as any[]
  expect(names(emojis)).toEqual(['kelp', 'wave'])
  const [kelp, wave] = emojis
  expect(kelp).toMatchObject({ category: 'Sea', visible_in_picker: true, static_url: kelp.url })
  const response = await fetch(kelp.url)
  expect(response.headers.get('content-type')).toBe('image/png')
  const drawn = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  expect([drawn.width, drawn.height]).toEqual([128, 85])
  expect((await fetch(wave.url)).headers.get('content-type')).toBe('image/gif')
  expect((await fetch(wave.static_url)).headers.get('content-type')).toBe('image/png')
})

test('What will not do is no emoji', async () => {
  const add = (name: string, file: string) => addEmoji(server.ctx, name, join(directory, file), undefined)
  await expect(add('no-dash', 'still.png')).rejects.toMatchObject({ code: 'invalid' })
  await expect(add('fake', 'fake.png')).rejects.toMatchObject({ code: 'invalid' })
  await expect(add('missing', 'missing.png')).rejects.toMatchObject({ code: 'invalid' })
  await expect(removeEmoji(server.ctx, 'missing')).rejects.toMatchObject({ code: 'not_found' })
})

test('They are known in posts, warnings and polls, to apps, to other servers and on pages', async () => {
  const status = await alice.post('/api/v1/statuses', {
    ...{ status: 'Some :kelp: and :nothing: at 10:kelp:45', spoiler_text: 'a :wave:' },
    poll: { options: ['yes :kelp:', 'no'], expires_in: 3600 },
  })
  expect(names(status.emojis)).toEqual(['kelp', 'wave'])
  expect(names(status.poll.emojis)).toEqual(['kelp', 'wave'])
  const { id, emojis } = status
  const uri = `${server.origin}/users/alice/statuses/${id}`
  const document: any = await (await fetch(uri, { headers: { accept: 'application/activity+json' } })).json()
  expect(document.tag).toEqual(
    emojis.map(({ shortcode, url }: any) => ({
      ...{ type: 'Emoji', name: `:${shortcode}:` },
      icon: expect.objectContaining({ type: 'Image', url }),
    })),
  )
  const page = await (await fetch(`${server.origin}/@alice/${id}`)).text()
  expect(page).toContain('alt=":kelp:"')
  await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'only :wave:', spoiler_text: '' })
  expect(names((await alice.get(`/api/v1/statuses/${id}`)).emojis)).toEqual(['wave'])
})

test('They are known in profiles, as long as these use them', async () => {
  const change = async (input: object) =>
    (await alice.call('PATCH', '/api/v1/accounts/update_credentials', input)).body
  expect(names((await change({ display_name: 'Alice :kelp:' })).emojis)).toEqual(['kelp'])
  const field = [{ name: 'Likes', value: ':wave:' }]
  expect(names((await change({ fields_attributes: field })).emojis)).toEqual(['kelp', 'wave'])
  const document: any = await (
    await fetch(`${server.origin}/users/alice`, { headers: { accept: 'application/activity+json' } })
  ).json()
  expect(document.tag.map(({ name }: any) => name)).toEqual([':kelp:', ':wave:'])
  expect(names((await change({ display_name: 'Alice' })).emojis)).toEqual(['wave'])
})

test('They can be put under posts, here and elsewhere, and come back as the same', async () => {
  const { id } = await alice.post('/api/v1/statuses', { status: 'hello' })
  const path = `/api/v1/pleroma/statuses/${id}/reactions`
  expect((await alice.call('PUT', `${path}/kelp`)).body.emoji_reactions).toMatchObject([
    { name: 'kelp', count: 1, me: true },
  ])
  expect((await alice.call('PUT', `${path}/nothing`)).status).toBe(422)
  const eve = await away.addActor('eve')
  const [{ url }] = await nobody(server).get('/api/v1/custom_emojis')
  await eve.post(server, {
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...{ id: `${away.origin}/reactions/1`, type: 'EmojiReact', actor: eve.uri, content: ':kelp:' },
    object: `${server.origin}/users/alice/statuses/${id}`,
    tag: [{ type: 'Emoji', name: ':kelp:', icon: { type: 'Image', url } }],
  })
  await server.settle()
  const { emoji_reactions: reactions } = await alice.get(`/api/v1/statuses/${id}`)
  expect(reactions).toMatchObject([{ name: 'kelp', count: 2, me: true, url }])
})

test('One that is taken away is used no more, and stays where it was used', async () => {
  const { id } = await alice.post('/api/v1/statuses', { status: 'see :kelp:' })
  await removeEmoji(server.ctx, 'kelp')
  const [{ url }] = (await alice.get(`/api/v1/statuses/${id}`)).emojis
  expect((await fetch(url)).status).toBe(200)
  expect((await alice.post('/api/v1/statuses', { status: 'no :kelp:' })).emojis).toEqual([])
  expect(names(await nobody(server).get('/api/v1/custom_emojis'))).toEqual(['wave'])
})
