import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { findMedia } from '../../src/store/media.ts'
import { countPosts } from '../../src/store/status-counts.ts'
import { check, checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { listJobs } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createUpload } from '../support/uploads.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

const upload = (more: object = {}, by = alice) => createUpload(server.ctx, by.actor, more)
const post = (input: object, by = alice) => by.post('/api/v1/statuses', input)
const idsOf = (status: { media_attachments: { id: string }[] }) =>
  status.media_attachments.map(({ id }) => id)

test('A post shows what its author uploaded, in their order, and may say nothing beside it', async () => {
  const [one, other] = [await upload({ description: 'A reef' }), await upload({ focusX: 0.5, focusY: -1 })]
  const posted = check('AuthenticatedStatus', await post({ media_ids: [other.id, one.id] }))
  expect([posted.content, posted.sensitive, idsOf(posted)]).toEqual(['', false, [other.id, one.id]])
  const seen = check('Status', await nobody(server).get(`/api/v1/statuses/${posted.id}`))
  expect(seen.media_attachments).toMatchObject([
    { type: 'image', url: `${server.origin}/media/${other.key}`, meta: { focus: { x: 0.5, y: -1 } } },
    {
      ...{ type: 'image', description: 'A reef', remote_url: null, blurhash: one.blurhash },
      preview_url: `${server.origin}/media/${one.previewKey}`,
      meta: { original: { width: 1200, height: 800, size: '1200x800', aspect: 1.5 } },
    },
  ])
  expect(await findMedia(server.ctx.db, one.id)).toMatchObject({ statusId: posted.id, unusedSince: null })
})

test('A warning of nothing but media is their text, and what has one is sensitive', async () => {
  const posted = await post({ media_ids: [(await upload()).id], spoiler_text: 'Spiders' })
  expect(posted).toMatchObject({ content: '<p>Spiders</p>', spoiler_text: '', sensitive: true })
  const marked = await post({ media_ids: [(await upload()).id], sensitive: true })
  expect(marked.sensitive).toBe(true)
})

test('What is not the author’s, is carried already or is not ready is refused, and nothing is posted', async () => {
  const [free, foreign] = [await upload(), await upload({}, bob)]
  const unready = await upload({ state: 'processing', key: null, previewKey: null })
  const video = await upload({ kind: 'video', mediaType: 'video/mp4' })
  const taken = await upload()
  await post({ media_ids: [taken.id] })
  const many = await Promise.all(Array.from({ length: 5 }, () => upload()))
  const before = await countPosts(server.ctx.db, alice.actor.id)
  const missing = (id: string) => `Media ${id} not found or already attached to another post`
  const cases: [object, string][] = [
    [{ media_ids: [foreign.id] }, missing(foreign.id)],
    [{ media_ids: [taken.id] }, missing(taken.id)],
    [{ media_ids: ['12'] }, missing('12')],
    [
      { media_ids: [unready.id] },
      'Cannot attach files that have not finished processing. Try again in a moment!',
    ],
    [{ media_ids: [free.id, video.id] }, 'Cannot attach a video to a post that already contains images'],
    [{ media_ids: many.map(({ id }) => id) }, 'Cannot attach more than 4 files'],
    [
      { media_ids: [free.id], poll: { options: ['a', 'b'], expires_in: 3600 } },
      'Cannot attach more than 4 files',
    ],
  ]
  for (const [input, error] of cases) {
    const answer = await alice.call('POST', '/api/v1/statuses', { status: 'x', ...input })
    expect([answer.status, answer.body]).toEqual([422, { error }])
  }
  expect(await countPosts(server.ctx.db, alice.actor.id)).toBe(before)
  expect(await findMedia(server.ctx.db, free.id)).toMatchObject({ statusId: null })
})

test('Of two posts that want the same picture at once one gets it', async () => {
  const { id } = await upload()
  const answers = await Promise.all(
    [1, 2].map((n) => alice.call('POST', '/api/v1/statuses', { status: `${n}`, media_ids: [id] })),
  )
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 422])
})

test('The same key posts once, with its media', async () => {
  const input = { status: 'Once', media_ids: [(await upload()).id] }
  const say = () => alice.call('POST', '/api/v1/statuses', input, { 'idempotency-key': 'picture' })
  const [one, other] = [await say(), await say()]
  expect([one.status, other.status]).toEqual([200, 200])
  expect(other.body.id).toBe(one.body.id)
})

test('An edit puts media in another order, adds, removes and describes, and each version shows its own', async () => {
  const [a, b, c] = [await upload({ description: 'Old' }), await upload(), await upload()]
  const { id } = await post({ status: 'One', media_ids: [a.id, b.id] })
  const edit = async (input: object) => {
    const { status, body } = await alice.call('PUT', `/api/v1/statuses/${id}`, input)
    expect([status, body.error]).toEqual([200, undefined])
    return check('AuthenticatedStatus', body)
  }
  const described = await edit({
    status: 'One',
    media_ids: [b.id, a.id, c.id],
    media_attributes: [{ id: a.id, description: 'New', focus: '0.25,-0.5' }],
  })
  expect(idsOf(described)).toEqual([b.id, a.id, c.id])
  expect(described.edited_at).not.toBeNull()
  expect(described.media_attachments[1]).toMatchObject({
    description: 'New',
    meta: { focus: { x: 0.25, y: -0.5 } },
  })
  expect(await findMedia(server.ctx.db, a.id)).toMatchObject({ description: 'New', focusX: 0.25 })
  const without = await edit({ status: 'One' })
  expect(idsOf(without)).toEqual([])
  const back = await edit({ status: 'One', media_ids: [a.id] })
  expect(idsOf(back)).toEqual([a.id])
  const history = checkAll<any>('StatusEdit', await alice.get(`/api/v1/statuses/${id}/history`))
  expect(history.map(idsOf)).toEqual([[a.id, b.id], [b.id, a.id, c.id], [], [a.id]])
  expect(history[0].media_attachments[0].description).toBe('Old')
  for (const each of [a, b, c])
    expect(await findMedia(server.ctx.db, each.id)).toMatchObject({ statusId: id, unusedSince: null })
})

test('An edit that changes nothing of text and media is none', async () => {
  const { id: mediaId } = await upload({ description: 'Same' })
  const { id } = await post({ status: 'Same', media_ids: [mediaId] })
  const same = {
    status: 'Same',
    media_ids: [mediaId],
    media_attributes: [{ id: mediaId, description: 'Same' }],
  }
  const { body } = await alice.call('PUT', `/api/v1/statuses/${id}`, same)
  expect(body.edited_at).toBeNull()
  expect((await alice.get(`/api/v1/statuses/${id}/history`)).length).toBe(1)
})

test('Forms describe media item by item, in whatever order and kind of body', async () => {
  const [a, b, c] = [await upload(), await upload(), await upload()]
  const { id } = await post({ status: 'Form', media_ids: [a.id, b.id, c.id] })
  const token = await issueToken(server.ctx, alice.actor.id, ['write'])
  const headers = { authorization: `Bearer ${token}` }
  const edit = async (
    said: string,
    write: (fields: [string, string][]) => [string, FormData | undefined],
  ) => {
    const fields: [string, string][] = [
      ['status', 'Form'],
      ...[a, b, c].map(({ id: each }): [string, string] => ['media_ids[]', each]),
      ['media_attributes[][id]', a.id],
      ['media_attributes[][focus]', '1.0E-4, .5'],
      ['media_attributes[][id]', b.id],
      ['media_attributes[][description]', `${said} b`],
      ['media_attributes[][description]', `${said} c`],
      ['media_attributes[][id]', c.id],
    ]
    const [query, body] = write(fields)
    const url = `${server.origin}/api/v1/statuses/${id}${query}`
    const answer = await fetch(url, { method: 'PUT', headers, ...(body && { body }) })
    const { media_attachments: media } = check<any>('AuthenticatedStatus', await answer.json())
    expect(media.map(({ description }: any) => description)).toEqual([null, `${said} b`, `${said} c`])
    expect(media[0].meta.focus).toEqual({ x: 0.0001, y: 0.5 })
  }
  await edit('Query', (fields) => [`?${new URLSearchParams(fields).toString()}`, undefined])
  await edit('Form', (fields) => {
    const form = new FormData()
    for (const [name, value] of fields) form.append(name, value)
    return ['', form]
  })
})

test.each(['0.5,-2', ' .5 , -1.0E0', '0.5,-1.0', [0.5, -7]])(
  'A focal point may be written %j',
  async (focus) => {
    const { id: mediaId } = await upload()
    const { id } = await post({ status: 'Point', media_ids: [mediaId] })
    const change = { status: 'Point', media_ids: [mediaId], media_attributes: [{ id: mediaId, focus }] }
    const { body } = await alice.call('PUT', `/api/v1/statuses/${id}`, change)
    expect(body.media_attachments?.[0].meta.focus).toEqual({ x: 0.5, y: -1 })
  },
)

test('What is not one’s own cannot be edited in, and a poll not beside media', async () => {
  const { id: mediaId } = await upload()
  const { id } = await post({ status: 'Mine', media_ids: [mediaId] })
  const refused = [
    { media_ids: [mediaId, (await upload({}, bob)).id] },
    { media_ids: [mediaId], poll: { options: ['a', 'b'], expires_in: 3600 } },
    { media_ids: [mediaId], media_attributes: [{ id: mediaId, description: 'x'.repeat(1501) }] },
    ...['left', '1', '1,', '1,2,3', {}].map((focus) => {
      return { media_ids: [mediaId], media_attributes: [{ id: mediaId, focus }] }
    }),
  ]
  for (const input of refused) {
    const answer = await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'Mine', ...input })
    expect(answer.status).toBe(422)
  }
  const kept = await alice.get(`/api/v1/statuses/${id}`)
  expect([idsOf(kept), kept.edited_at]).toEqual([[mediaId], null])
})

test('What was taken back to be written anew may carry the same media again; otherwise their files go', async () => {
  const { id: mediaId } = await upload({ description: 'Kept' })
  const { id } = await post({ status: 'Draft', media_ids: [mediaId] })
  const { body } = await alice.call('DELETE', `/api/v1/statuses/${id}`)
  check('DeletedStatus', body)
  expect([body.text, idsOf(body)]).toEqual(['Draft', [mediaId]])
  expect(await findMedia(server.ctx.db, mediaId)).toMatchObject({ statusId: null })
  expect((await alice.call('DELETE', `/api/v1/statuses/${id}`)).status).toBe(404)
  const again = await post({ status: 'Anew', media_ids: [mediaId] })
  expect(again.media_attachments).toMatchObject([{ id: mediaId, description: 'Kept' }])
  await alice.call('DELETE', `/api/v1/statuses/${again.id}?delete_media=true`)
  expect(await findMedia(server.ctx.db, mediaId)).toBeUndefined()
  const discarded = (await listJobs(server.ctx.db)).filter(({ name }) => name === 'media.discarded')
  expect(discarded.length).toBe(1)
})

test('A boost of what is gone shows no media, and an edit shows in it', async () => {
  const { id: mediaId } = await upload()
  const { id } = await post({ status: 'Boosted', media_ids: [mediaId] })
  const boost = await bob.post(`/api/v1/statuses/${id}/reblog`)
  expect(boost.reblog.media_attachments.length).toBe(1)
  await alice.call('DELETE', `/api/v1/statuses/${id}?delete_media=1`)
  expect((await bob.call('GET', `/api/v1/statuses/${boost.id}`)).status).toBe(404)
})
