import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { linkOf, logInFrom, openPhone, type Phone } from './kit.ts'

/** Moshi refuses the whole answer where one of these is null: it may be absent, or be what it is. */
const neverNull = [
  ...['roles', 'fields', 'emojis', 'bot', 'reblogged', 'favourited', 'bookmarked', 'pinned', 'muted', 'tags'],
  ...['own_votes', 'voted', 'authors', 'sensitive', 'mentions', 'media_attachments', 'filtered'],
]

let phone: Phone

beforeAll(async () => void (phone = await openPhone('Tusky/29.0 Android/15 OkHttp/4.12')))
afterAll(() => phone?.[Symbol.asyncDispose]())

/** @returns where there is a null that Tusky refuses */
function findNulls(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    each === null && neverNull.includes(key) ? [`${path}.${key}`] : findNulls(each, `${path}.${key}`),
  )
}

async function ask(...call: Parameters<Phone['ask']>): Promise<any> {
  const body = await phone.ask(...call)
  expect(findNulls(body)).toEqual([])
  return body
}

test('Tusky logs in by forms, without a challenge or a state, and loads what it shows first', async () => {
  await logInFrom(phone, { redirectUri: 'oauth2redirect://com.keylesspalace.tusky/', as: 'form' })
  expect((await ask('GET', '/api/v1/accounts/verify_credentials')).source).toHaveProperty('privacy')
  expect((await ask('GET', '/api/v2/instance')).configuration.statuses.max_characters).toBeGreaterThan(0)
  expect(await ask('GET', '/api/v1/custom_emojis')).toEqual([])
  expect(await ask('GET', '/api/v1/announcements', { query: 'with_dismissed=false' })).toEqual([])
  expect(await ask('GET', '/api/v2/filters')).toEqual([])
  expect(await ask('GET', '/api/v1/timelines/home', { query: 'limit=30' })).toEqual([])
  expect(await ask('GET', '/api/v1/markers', { query: 'timeline%5B%5D=notifications' })).toEqual({})
})

test('Tusky follows, writes with a key and a poll by a form, and answers', async () => {
  const { bob } = phone
  expect(
    await ask('POST', `/api/v1/accounts/${bob.actor.id}/follow`, { form: 'reblogs=true&notify=false' }),
  ).toMatchObject({ following: true, domain_blocking: false })
  const ids = `id%5B%5D=${bob.actor.id}`
  expect((await ask('GET', '/api/v1/accounts/relationships', { query: ids })).length).toBe(1)
  const json = { status: 'Hello', visibility: 'public', sensitive: false, spoiler_text: '' }
  const headers = { 'idempotency-key': 'a-key' }
  const posted = await ask('POST', '/api/v1/statuses', { json, headers })
  expect((await ask('POST', '/api/v1/statuses', { json, headers })).id).toBe(posted.id)
  const { poll, id } = await bob.post('/api/v1/statuses', {
    status: '@alice Tea?',
    poll: { options: ['yes', 'no'], expires_in: 3600 },
  })
  expect((await ask('GET', `/api/v1/statuses/${id}`)).poll.own_votes).toEqual([])
  const voted = await ask('POST', `/api/v1/polls/${poll.id}/votes`, { form: 'choices%5B%5D=1' })
  expect(voted.own_votes).toEqual([1])
  for (const [verb, key] of [
    ['favourite', 'favourited'],
    ['bookmark', 'bookmarked'],
  ] as const)
    expect((await ask('POST', `/api/v1/statuses/${id}/${verb}`))[key]).toBe(true)
  const boost = await ask('POST', `/api/v1/statuses/${id}/reblog`, { form: '' })
  expect(boost.reblog).toMatchObject({ id, reblogged: true })
  const redrafted = await ask('DELETE', `/api/v1/statuses/${posted.id}`, { query: 'delete_media=false' })
  expect(redrafted).toMatchObject({ text: 'Hello', media_attachments: [], visibility: 'public' })
})

test('Tusky reads what is new by min_id until there is no link to what is newer', async () => {
  const { bob, server } = phone
  for (let count = 0; count < 3; count++) await bob.post('/api/v1/statuses', { status: `@alice ${count}` })
  await server.settle()
  const [latest] = await ask('GET', '/api/v1/notifications', { query: 'limit=1' })
  expect(latest.account.username).toBe('bob')
  const seen: string[] = []
  let minId: string | undefined = '0'
  for (let page = 0; minId !== undefined; page++) {
    expect(page).toBeLessThan(10)
    const answer = await phone.send('GET', '/api/v1/notifications', { query: `limit=2&min_id=${minId}` })
    expect(findNulls(answer.body)).toEqual([])
    seen.unshift(...answer.body.map(({ id }: { id: string }) => id))
    minId = linkOf(answer.link, /[?&]min_id=(\d+)[^>]*>; rel="prev"/)
  }
  expect(seen[0]).toBe(latest.id)
  expect(new Set(seen).size).toBe(seen.length)
  await ask('POST', '/api/v1/markers', { form: `notifications%5Blast_read_id%5D=${latest.id}` })
  const marked = await ask('GET', '/api/v1/markers', { query: 'timeline[]=notifications' })
  expect(marked.notifications).toMatchObject({ last_read_id: latest.id, version: expect.any(Number) })
  const policy = { form: 'for_not_following=filter' }
  expect((await ask('PATCH', '/api/v2/notifications/policy', policy)).for_not_following).toBe('filter')
  expect(await ask('POST', '/api/v1/notifications/clear', { form: '' })).toEqual({})
})

test('Tusky deletes by forms: who is on a list, a domain block, a filter', async () => {
  const { bob } = phone
  const list = await ask('POST', '/api/v1/lists', {
    form: 'title=Friends&exclusive=false&replies_policy=list',
  })
  const members = { form: `account_ids%5B%5D=${bob.actor.id}` }
  await ask('POST', `/api/v1/lists/${list.id}/accounts`, members)
  const path = `/api/v1/lists/${list.id}/accounts`
  expect((await ask('GET', path, { query: 'limit=0' })).length).toBe(1)
  await ask('DELETE', path, members)
  expect(await ask('GET', path, { query: 'limit=0' })).toEqual([])
  await ask('POST', '/api/v1/domain_blocks', { form: 'domain=noise.example' })
  await ask('DELETE', '/api/v1/domain_blocks', { form: 'domain=noise.example' })
  expect(await ask('GET', '/api/v1/domain_blocks')).toEqual([])
  const filter = await ask('POST', '/api/v2/filters', {
    form: 'title=Eels&context%5B%5D=home&context%5B%5D=public&filter_action=warn&expires_in=',
  })
  expect(filter).toMatchObject({ expires_at: null, context: ['home', 'public'], keywords: [] })
  const kept = { form: 'keyword=eel&whole_word=true' }
  const keyword = await ask('POST', `/api/v2/filters/${filter.id}/keywords`, kept)
  const [{ id }] = [await bob.post('/api/v1/statuses', { status: 'an eel' })]
  expect((await ask('GET', `/api/v1/statuses/${id}`)).filtered[0].keyword_matches).toEqual(['eel'])
  await ask('DELETE', `/api/v2/filters/keywords/${keyword.id}`)
  await ask('PUT', `/api/v2/filters/${filter.id}`, { form: 'title=None&expires_in=3600' })
  await ask('DELETE', `/api/v2/filters/${filter.id}`)
  const report = { form: `account_id=${bob.actor.id}&status_ids%5B%5D=${id}&comment=&forward=false` }
  expect((await ask('POST', '/api/v1/reports', report)).status_ids).toEqual([id])
  expect((await ask('GET', '/api/v2/search', { query: 'q=bob&resolve=true&limit=10' })).accounts.length).toBe(
    1,
  )
  const profile = new FormData()
  profile.set('display_name', 'Alice')
  profile.set('fields_attributes[0][name]', 'Home')
  profile.set('fields_attributes[0][value]', 'here')
  const changed = await ask('PATCH', '/api/v1/accounts/update_credentials', { multipart: profile })
  expect(changed.fields).toEqual([{ name: 'Home', value: 'here', verified_at: null }])
  const settings = { form: 'source%5Bprivacy%5D=unlisted&source%5Bsensitive%5D=false' }
  const { source } = await ask('PATCH', '/api/v1/accounts/update_credentials', settings)
  expect(source.privacy).toBe('unlisted')
})

test('Tusky uploads, and describes by a form', async () => {
  const multipart = new FormData()
  multipart.set('file', new Blob([makePng(64, 48)], { type: 'image/png' }), 'Tusky_1.png')
  multipart.set('description', 'Bands')
  multipart.set('focus', '0.0,0.0')
  const { id } = await ask('POST', '/api/v2/media', { multipart })
  expect((await ask('PUT', `/api/v1/media/${id}`, { form: 'description=Stripes' })).description).toBe(
    'Stripes',
  )
  const posted = await ask('POST', '/api/v1/statuses', { json: { status: '', media_ids: [id] } })
  expect(posted.media_attachments[0]).toMatchObject({ id, type: 'image', description: 'Stripes' })
})
