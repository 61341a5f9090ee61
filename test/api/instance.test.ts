import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import { changeSettings } from '../../src/domain/instance/settings.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../src/store/actors.ts'
import { insertDomainBlock } from '../../src/store/hosts.ts'
import { check } from '../contract/check.ts'
import { countWeeks } from '../../src/store/peers.ts'
import { insertAccessToken, noteTokenUse } from '../../src/store/tokens.ts'
import { createMember, createStranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { postForm, postJson } from './sign-in-kit.ts'

let server: TestServer
let alice: Actor
let headers: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  const { ctx } = server
  const owner = {
    username: 'alice',
    email: 'alice@mail.example',
    password: 'correct horse',
    role: 'owner',
  } as const
  alice = await createAccount(ctx, owner)
  headers = { authorization: `Bearer ${await issueToken(ctx, alice.id, ['read', 'write'])}` }
})
afterAll(() => server?.[Symbol.asyncDispose]())

const ask = (path: string, init: RequestInit = {}) => fetch(server.origin + path, init)

async function read(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await ask(path, init)
  expect([path, response.status]).toEqual([path, 200])
  return response.json()
}

test('The instance is described as apps read it, old and new', async () => {
  const host = new URL(server.origin).host
  const instance = (await read('/api/v2/instance')) as Record<string, unknown>
  check('InstanceV2', instance)
  expect(instance).toMatchObject({
    domain: host,
    title: host,
    version: `4.5.0+holdfast.${server.ctx.config.version}`,
    configuration: {
      urls: { streaming: server.origin.replace('http', 'ws') },
      statuses: { max_characters: 5000 },
      polls: { max_options: 10, min_expiration: 300 },
    },
    registrations: { enabled: false, approval_required: false },
    api_versions: { mastodon: 7 },
    contact: { email: '', account: { username: 'alice' } },
    rules: [],
  })
  const old = (await read('/api/v1/instance')) as Record<string, unknown>
  check('InstanceV1', old)
  expect(old).toMatchObject({ uri: host, registrations: false, stats: { user_count: 1 } })
})

test('What an admin sets is what apps are told', async () => {
  const { ctx } = server
  await changeSettings(ctx, {
    title: 'The Kelp Forest',
    description: 'Hold on.',
    contactEmail: 'help@home.example',
    registrations: 'approval',
    extendedDescription: 'One <b>.\n\nTwo\nlines.',
    privacyPolicy: 'We keep what you say.',
    rules: [{ text: 'Be kind', hint: 'Always' }],
  })
  expect(await read('/api/v2/instance')).toMatchObject({
    title: 'The Kelp Forest',
    description: 'Hold on.',
    registrations: { enabled: true, approval_required: true },
    contact: { email: 'help@home.example' },
    rules: [{ id: '1', text: 'Be kind', hint: 'Always' }],
  })
  expect(await read('/api/v1/instance/rules')).toEqual([
    { id: '1', text: 'Be kind', hint: 'Always', translations: {} },
  ])
  expect(await read('/api/v1/instance/extended_description')).toMatchObject({
    content: '<p>One &#60;b&#62;.</p><p>Two<br>lines.</p>',
  })
  expect(await read('/api/v1/instance/privacy_policy')).toMatchObject({
    content: '<p>We keep what you say.</p>',
  })
  await expect(changeSettings(ctx, { title: '' })).rejects.toMatchObject({ code: 'invalid' })
  expect(await read('/api/v2/instance')).toMatchObject({ title: 'The Kelp Forest' })
})

test('Peers are those whom we know and do not block; blocks are shown to whom the admins show them', async () => {
  const { ctx } = server
  await createStranger(ctx, 'bob', { domain: 'near.example' })
  await createStranger(ctx, 'mallory', { domain: 'far.example' })
  await insertDomainBlock(ctx.db, 'far.example', 'Spam')
  expect(await read('/api/v1/instance/peers')).toEqual(['near.example'])
  expect((await ask('/api/v1/instance/domain_blocks')).status).toBe(404)
  await changeSettings(ctx, { showsDomainBlocks: 'members' })
  expect((await ask('/api/v1/instance/domain_blocks')).status).toBe(404)
  const shown = { domain: 'far.example', severity: 'suspend', comment: 'Spam' }
  expect(await read('/api/v1/instance/domain_blocks', { headers })).toMatchObject([shown])
})

test('What is empty here is an empty answer, and what does not exist is not found', async () => {
  expect(await read('/api/v1/instance/translation_languages')).toEqual({})
  expect(await read('/api/v1/custom_emojis')).toEqual([])
  expect(await read('/api/v1/announcements', { headers })).toEqual([])
  expect((await ask('/api/v1/instance/terms_of_service')).status).toBe(404)
  const weeks = (await read('/api/v1/instance/activity')) as { week: string; registrations: string }[]
  expect([
    weeks.length,
    weeks[0]?.registrations,
    new Date(Number(weeks[0]?.week) * 1000).getUTCDay(),
  ]).toEqual([12, '1', 1])
})

test('Discovery is open to apps in browsers, and says whose API it is', async () => {
  for (const path of ['/.well-known/nodeinfo', '/.well-known/host-meta', '/nodeinfo/2.0', '/nodeinfo/2.1']) {
    const response = await ask(path)
    expect([path, response.status, response.headers.get('access-control-allow-origin')]).toEqual([
      path,
      200,
      '*',
    ])
  }
  expect(await read('/nodeinfo/2.0')).toMatchObject({ metadata: { upstream: { name: 'mastodon' } } })
  expect((await ask('/health')).status).toBe(200)
})

test('Preferences are what the member posts as', async () => {
  const preferences = await read('/api/v1/preferences', { headers })
  check('Preferences', preferences)
  expect(preferences).toMatchObject({
    'posting:default:visibility': 'public',
    'posting:default:language': null,
  })
})

test('A marker goes on from where it was, and each of many at once is told whether it did', async () => {
  const url = `${server.origin}/api/v1/markers`
  expect(await read('/api/v1/markers?timeline=home', { headers })).toEqual({})
  const first = await postForm(
    url,
    { 'home[last_read_id]': '100', 'notifications[last_read_id]': '7' },
    headers,
  )
  check('Markers', await first.json())
  const second: unknown = await (await postJson(url, { home: { last_read_id: '200' } }, headers)).json()
  expect(second).toMatchObject({ home: { last_read_id: '200', version: 2 } })
  expect(await read('/api/v1/markers?timeline=notifications', { headers })).toMatchObject({
    notifications: { last_read_id: '7', version: 1 },
  })
  expect(await read('/api/v1/markers?timeline[]=home&timeline[]=x', { headers })).toEqual(second)
  const many = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      postJson(url, { home: { last_read_id: String(300 + index) } }, headers),
    ),
  )
  const moved = many.filter(({ status }) => status === 200).length
  expect(many.every(({ status }) => status === 200 || status === 409)).toBe(true)
  expect(await read('/api/v1/markers?timeline=home', { headers })).toMatchObject({
    home: { version: 2 + moved },
  })
})

test('Public posts may be embedded, as text that runs nothing; others are not found', async () => {
  const { ctx } = server
  const open = await createPost(ctx, alice, { text: 'Hello <script>', visibility: 'public' })
  const closed = await createPost(ctx, alice, { text: 'Hush', visibility: 'private' })
  const embed = (id: string) => ask(`/api/oembed?url=${encodeURIComponent(`${server.origin}/@alice/${id}`)}`)
  const shown = (await (await embed(open.id)).json()) as { html: string }
  expect(shown).toMatchObject({ type: 'rich', version: '1.0', author_name: 'alice' })
  expect(shown.html).toContain('Hello &#60;script&#62;')
  expect((await embed(closed.id)).status).toBe(404)
  expect((await ask('/api/oembed?url=https%3A%2F%2Felsewhere.example%2F%40alice%2F1')).status).toBe(404)
})

test('What an admin has written has a page, to which apps are led', async () => {
  const urls = async () => {
    const { configuration } = (await read('/api/v2/instance')) as { configuration: { urls: object } }
    return configuration.urls
  }
  const paths = { privacy_policy: '/privacy-policy', terms_of_service: '/terms-of-service' }
  await changeSettings(server.ctx, { privacyPolicy: '', termsOfService: '' })
  expect(await urls()).toMatchObject({ privacy_policy: null, terms_of_service: null })
  for (const path of Object.values(paths)) expect([path, (await ask(path)).status]).toEqual([path, 404])
  const privacyPolicy = 'We keep <little>.\n\nAnd not\nfor long.'
  await changeSettings(server.ctx, { privacyPolicy, termsOfService: 'Be kind.' })
  expect(await urls()).toMatchObject({
    privacy_policy: server.origin + paths.privacy_policy,
    terms_of_service: server.origin + paths.terms_of_service,
  })
  const page = await (await ask(paths.privacy_policy)).text()
  expect(page).toContain('<p>We keep &#60;little&#62;.</p>')
  expect(page).toContain('<p>And not<br>for long.</p>')
  expect(await (await ask(paths.terms_of_service)).text()).toContain('<p>Be kind.</p>')
})

test('A member counts once in each week in which they use an app, and stays counted', async () => {
  const { db } = server.ctx
  const digests = ['one', 'two'].map((each) => Buffer.from(each))
  const ids = digests.map(() => server.ctx.newId())
  const bob = await createMember(server.ctx, 'bob')
  for (const [index, id] of ids.entries())
    await insertAccessToken(db, { id, accountId: bob.id, tokenDigest: digests[index]!, scopes: ['read'] })
  const [first, second, third] = ['2026-03-02', '2026-03-08', '2026-03-09'].map(
    (day) => new Date(`${day}T08:00:00Z`),
  )
  await noteTokenUse(db, ids[0]!, first!)
  await noteTokenUse(db, ids[1]!, second!)
  await noteTokenUse(db, ids[1]!, third!)
  const weeks = [new Date('2026-03-09T00:00:00Z'), new Date('2026-03-02T00:00:00Z')]
  const counted = await countWeeks(db, weeks, 7 * 86_400_000)
  expect(counted.map(({ members }) => members)).toEqual([1, 1])
})
