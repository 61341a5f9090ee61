import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { routes } from '../../src/api/routes.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { makePng } from '../support/media-files.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember
let bob: ApiMember
/** What is Alice's alone, by the beginning of the paths that name it. */
let owned: Readonly<Record<string, string>>

beforeAll(async () => {
  server = await startServer()
  ;[alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')]
  await alice.post(`/api/v1/accounts/${bob.actor.id}/follow`)
  const { id: status } = await alice.post('/api/v1/statuses', { status: 'Mine', visibility: 'private' })
  const { poll } = await alice.post('/api/v1/statuses', {
    status: '?',
    visibility: 'private',
    poll: { options: ['a', 'b'], expires_in: 3600 },
  })
  const carol = await signUp(server, 'carol')
  await alice.post('/api/v1/statuses', { status: '@carol hello', visibility: 'direct' })
  await carol.post('/api/v1/statuses', { status: '@alice hello' })
  await server.settle()
  const filter = await alice.post('/api/v2/filters', {
    ...{ title: 'Eels', context: ['home'], filter_action: 'warn' },
    keywords_attributes: [{ keyword: 'eel' }],
  })
  const kept = await alice.post(`/api/v2/filters/${filter.id}/statuses`, { status_id: status })
  const [conversation] = await alice.get('/api/v1/conversations')
  const [notification] = await alice.get('/api/v1/notifications')
  const later = new Date(Date.now() + 3_600_000).toISOString()
  owned = {
    '/api/v1/statuses/:id': status,
    '/api/v1/pleroma/statuses/:id': status,
    '/api/v1/polls/:id': poll.id,
    '/api/v1/lists/:id': (await alice.post('/api/v1/lists', { title: 'Mine' })).id,
    '/api/v1/timelines/list/:list_id': (await alice.post('/api/v1/lists', { title: 'Too' })).id,
    '/api/v2/filters/:id': filter.id,
    '/api/v2/filters/:filter_id': filter.id,
    '/api/v2/filters/keywords/:id': filter.keywords[0].id,
    '/api/v2/filters/statuses/:id': kept.id,
    '/api/v1/filters/:id': filter.keywords[0].id,
    '/api/v1/conversations/:id': conversation.id,
    '/api/v1/notifications/:id': notification.id,
    '/api/v1/featured_tags/:id': (await alice.post('/api/v1/featured_tags', { name: 'tea' })).id,
    '/api/v1/scheduled_statuses/:id': (
      await alice.post('/api/v1/statuses', { status: 'Later', scheduled_at: later })
    ).id,
    ...ofBoth('/media/:id', await upload()),
  }
})
afterAll(() => server?.[Symbol.asyncDispose]())

function ofBoth(path: string, id: string): Record<string, string> {
  return { [`/api/v1${path}`]: id, [`/api/v2${path}`]: id }
}

async function upload(): Promise<string> {
  const body = new FormData()
  body.set('file', new Blob([makePng(8, 8)], { type: 'image/png' }), 'a.png')
  const headers = { authorization: `Bearer ${await everything()}` }
  const response = await fetch(`${server.origin}/api/v2/media`, { method: 'POST', headers, body })
  return ((await response.json()) as { id: string }).id
}

async function everything(): Promise<string> {
  return issueToken(server.ctx, alice.actor.id, ['read', 'write'])
}

/** Nothing is told and nothing happens, whatever else is sent with it. */
const refused = [403, 404]
/** Clearing away what is not there is no error, and clears nothing. */
const idle = ['DELETE', 'dismiss']

const input = {
  ...{ status: 'x', title: 'x', keyword: 'x', context: ['home'], phrase: 'x', choices: [0] },
  ...{
    quote_approval_policy: 'nobody',
    status_id: '1',
    account_ids: ['1'],
    scheduled_at: '2099-01-01T00:00:00.000Z',
    description: 'x',
  },
}

test('What is one member’s alone is closed to every other, by every line that names it', async () => {
  const before = await tell()
  const open: unknown[] = []
  let asked = 0
  for (const route of routes) {
    const found = Object.entries(owned)
      .filter(([start]) => route.path === start || route.path.startsWith(`${start}/`))
      .toSorted(([a], [b]) => b.length - a.length)[0]
    if (found === undefined) continue
    for (const method of [route.method].flat()) {
      const path = route.path.replace(found[0], found[0].replace(/:\w+$/, found[1])).replaceAll(/:\w+/g, '1')
      const answer = await bob.call(method, path, method === 'GET' ? undefined : input)
      asked++
      const isIdle = idle.some((word) => `${method} ${path}`.includes(word)) && answer.status === 200
      if (!refused.includes(answer.status) && !isIdle)
        open.push([method, route.path, answer.status, answer.body])
    }
  }
  expect(open).toEqual([])
  expect(asked).toBeGreaterThan(60)
  expect(await tell()).toEqual(before)
})

/** All that is Alice's, as she sees it. */
async function tell(): Promise<unknown> {
  const lists = ['lists', 'conversations', 'notifications', 'featured_tags', 'scheduled_statuses', 'filters']
  const own = `accounts/${alice.actor.id}/statuses`
  return Promise.all([...lists, own].map((path) => alice.get(`/api/v1/${path}`)))
}
