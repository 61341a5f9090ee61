import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { routes } from '../../src/api/routes.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { knownScopes } from '../../src/domain/auth/scopes.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

const paths = [
  ...new Set(routes.flatMap(({ method, path }) => ([method].flat().includes('GET') ? path : []))),
]
// Some of these are of all routes.
vi.setConfig({ testTimeout: 240_000 })

const beyond = ['9223372036854775808', '99999999999999999999999', '1e30', '-1', '0', '1.5', 'NaN', '', 'x']

let server: TestServer
let token: string
let left = 0

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** Requests are counted for each member. */
async function ask(path: string): Promise<number> {
  if (left-- === 0) {
    left = 250
    const member = await createMember(server.ctx, `m${Math.random().toString(36).slice(2, 12)}`)
    token = await issueToken(server.ctx, member.id, knownScopes)
  }
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(server.origin + path, { headers })
  await response.body?.cancel()
  return response.status
}

async function findFailures(asked: Iterable<string>): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const path of asked) {
    const status = await ask(path)
    const isCounted = status === 429 && !path.includes('/exports/')
    if (status >= 500 || isCounted) failures.push([path, status])
  }
  return failures
}

describe('No number makes a request fail on our side', () => {
  const fill = (path: string, value: string) => path.replaceAll(/:\w+/g, encodeURIComponent(value))
  const withParts = paths.filter((path) => path.includes(':'))
  const filled = paths.map((path) => fill(path, '1'))

  test('in the path', async () => {
    const values = [...beyond.filter((value) => value !== ''), 'a'.repeat(4000), '\u{10ffff}', 'a/b', "'"]
    expect(await findFailures(withParts.flatMap((path) => values.map((value) => fill(path, value))))).toEqual(
      [],
    )
  })

  test.each(['max_id', 'since_id', 'min_id', 'limit', 'offset', 'after'])('as %s', async (name) => {
    const asked = filled.flatMap((path) =>
      beyond.slice(1, 4).map((value) => `${path}?q=x&acct=x&${name}=${value}`),
    )
    expect(await findFailures(asked)).toEqual([])
  })

  test('among others, or as what else is asked for', async () => {
    const long = '9223372036854775808'
    const address = encodeURIComponent(`${server.origin}/@alice/${long}`)
    const status = encodeURIComponent(`${server.origin}/users/alice/statuses/${long}`)
    const queries = [
      ...beyond.slice(0, 3).map((value) => `id[]=${value}&id[]=${value}&account_ids[]=${value}`),
      ...['id', 'account_id', 'status_id', 'list', 'tag', 'days'].map((name) => `q=x&${name}=${long}`),
      ...[address, status].flatMap((url) => [`url=${url}`, `q=${url}`, `acct=${url}`, `uri=${url}`]),
      'limit[]=5&max_id[]=5&offset[a]=1&q[]=x&id[a][b]=1&timeline[a]=x&acct[]=x&url[]=x',
    ]
    expect(await findFailures(filled.flatMap((path) => queries.map((query) => `${path}?${query}`)))).toEqual(
      [],
    )
  })
})

describe('What is asked for of lists', () => {
  let alice: ApiMember
  beforeAll(async () => {
    alice = await signUp(server, 'alice')
  })

  const wrong = { error: 'Pagination values for `offset` and `limit` must be positive' }

  test.each([
    '/api/v1/timelines/home?limit=-1',
    '/api/v1/notifications?limit=-20',
    '/api/v2/notifications?limit=-1',
    '/api/v1/blocks?limit=-1',
    '/api/v2/search?q=x&type=accounts&offset=-1',
    '/api/v1/directory?offset=-5',
    '/api/v1/trends/tags?offset=-1',
  ])('is not negative: %s', async (path) => {
    expect(await alice.call('GET', path)).toMatchObject({ status: 400, body: wrong })
  })

  test('may be more than there is, or a page that is not there', async () => {
    for (const query of ['limit=1e30', 'limit=100000', 'offset=1e30', 'offset=99999999999999999999']) {
      for (const path of ['/api/v1/directory', '/api/v1/trends/tags', '/api/v2/search'])
        expect((await alice.call('GET', `${path}?q=x&${query}`)).status).toBe(200)
      const own = `/api/v1/accounts/${alice.actor.id}/collections?${query}`
      expect(await alice.get(own)).toEqual({ collections: [] })
    }
  })

  test('of nobody is as of members', async () => {
    expect(await nobody(server).call('GET', '/api/v1/timelines/public?limit=-1')).toMatchObject({
      ...{ status: 400, body: wrong },
    })
  })
})

test('No number in what is written makes a request fail on our side', async () => {
  const carol = await signUp(server, 'carol')
  const dave = await signUp(server, 'dave')
  const poll = { options: ['a', 'b'], expires_in: 3600 }
  const filter = await carol.post('/api/v2/filters', { title: 'x', context: ['home'] })
  const list = await carol.post('/api/v1/lists', { title: 'x' })
  const failures: unknown[] = []
  const values = [
    ...beyond,
    1e30,
    -1,
    1.5,
    9007199254740993n.toString(),
    2 ** 31,
    null,
    true,
    [],
    {},
    ['1e30'],
  ]
  for (const value of values) {
    const calls = [
      ['POST', `/api/v1/accounts/${dave.actor.id}/mute`, { duration: value }],
      ['POST', '/api/v1/statuses', { status: 'x', in_reply_to_id: value }],
      ['POST', '/api/v1/statuses', { status: 'x', quoted_status_id: value }],
      ['POST', '/api/v1/statuses', { status: 'x', media_ids: value }],
      ['POST', '/api/v1/statuses', { status: 'x', media_ids: [value] }],
      ['POST', '/api/v1/statuses', { status: 'x', scheduled_at: value }],
      ['POST', '/api/v1/statuses', { status: 'x', poll: { ...poll, expires_in: value } }],
      ['POST', '/api/v1/markers', { home: { last_read_id: value } }],
      ['POST', '/api/v1/markers', { home: value }],
      ['PUT', `/api/v2/filters/${filter.id}`, { expires_in: value }],
      ['PUT', `/api/v2/filters/${filter.id}`, { keywords_attributes: [{ id: value, keyword: 'x' }] }],
      ['POST', `/api/v2/filters/${filter.id}/statuses`, { status_id: value }],
      ['POST', '/api/v1/filters', { phrase: 'x', context: ['home'], expires_in: value }],
      ['POST', `/api/v1/lists/${list.id}/accounts`, { account_ids: [value] }],
      ['POST', '/api/v1/reports', { account_id: value, status_ids: [value], rule_ids: [value] }],
      ['POST', '/api/v1/reports', { account_id: dave.actor.id, status_ids: [value], rule_ids: [value] }],
      ['POST', '/api/v1/collections', { name: 'x', account_ids: [value] }],
      ['POST', '/api/v1/notifications/dismiss', { id: value }],
      ['POST', '/api/v1/notifications/requests/accept', { id: [value] }],
      ['PATCH', '/api/v1/accounts/update_credentials', { fields_attributes: value }],
    ] as const
    for (const [method, path, input] of calls) {
      const { status } = await carol.call(method, path, input)
      if (status >= 500 && status !== 429) failures.push([path, input, status])
    }
  }
  expect(failures).toEqual([])
})

test('Only a plain number votes, since a vote is final', async () => {
  const [erin, frank] = [await signUp(server, 'erin'), await signUp(server, 'frank')]
  const poll = { options: ['a', 'b'], expires_in: 3600 }
  const { id } = await frank.post('/api/v1/statuses', { status: 'Hello', poll })
  const votes = `/api/v1/polls/${id}/votes`
  for (const value of [
    '',
    null,
    true,
    false,
    [],
    {},
    '-0',
    ' 0',
    '0x0',
    '0.0',
    '1e0',
    0.5,
    -1,
    2,
    '99999999',
  ])
    for (const choices of [[value], { 0: value }, ...(Array.isArray(value) ? [] : [value])])
      expect([choices, (await erin.call('POST', votes, { choices })).status]).toEqual([choices, 422])
  expect((await erin.call('POST', `${votes}?choices[]=`)).status).toBe(422)
  expect((await erin.get(`/api/v1/polls/${id}`)).votes_count).toBe(0)
  expect(await erin.post(`${votes}?choices[]=1`)).toMatchObject({ own_votes: [1], votes_count: 1 })
})
