import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { retryQuoteRequest } from '../../../src/domain/quotes/retry-quote-request.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import type { Jobs } from '../../../src/store/jobs.ts'
import { mastodonQuote, quoteRequestOf, servePost } from '../../support/quotes.ts'
import { noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, bob } = await use(meet())

let alice: RemoteActor
/** Of a post of ours. */
let uri: string
/** Alice's, which quotes it, and whose server does not answer now. */
let note: Record<string, any>
let request: Record<string, any>

let serial = 0

beforeEach(async () => {
  alice = await remote.addActor(`alice${++serial}`)
  const { id } = await createPost(server.ctx, bob, { text: 'Mine', visibility: 'public' })
  uri = `${server.origin}/users/bob/statuses/${id}`
  note = noteOf(alice, mastodonQuote(uri))
  request = quoteRequestOf(alice, uri, note['id'])
  answerWith(503)
  remote.arrivals.length = 0
})

function answerWith(status: number): void {
  const { pathname } = new URL(note['id'])
  remote.serve(pathname, (_request, response) => void response.writeHead(status).end())
}

async function deliver(activity: object): Promise<void> {
  expect(await alice.post(server, activity)).toMatchObject({ status: 202 })
  await server.settle()
}

async function retry(data: Jobs['quote.postponed'] | undefined): Promise<void> {
  await retryQuoteRequest(server.ctx, data!)
  await server.settle()
}

const answers = () => remote.received().flatMap(({ type }) => (type === 'Follow' ? [] : [type]))

const stamps = () =>
  server.ctx.db.selectFrom('quoteAuthorizations').select('id').where('quotingUri', '=', note['id']).execute()

/** Requests about the post that wait, in order. */
async function waiting(): Promise<Jobs['quote.postponed'][]> {
  const { rows } = await sql<{ data: Jobs['quote.postponed'] }>`
    select data from pgboss.job
    where name = 'quote.postponed' and data ->> 'quotingUri' = ${note['id']}
    order by start_after`.execute(server.ctx.db)
  return rows.map(({ data }) => data)
}

it('A request waits while the post cannot be seen, four times, and nothing is said', async () => {
  for (const again of ['', '/again']) await deliver({ ...request, id: request['id'] + again })
  const [first, ...others] = await waiting()
  expect(others).toEqual([])
  expect(first).toMatchObject({ requestUri: request['id'], attempt: 0 })
  await retry(first)
  const [, second] = await waiting()
  expect(second).toMatchObject({ attempt: 1 })
  await retry({ ...first!, attempt: 3 })
  expect(await waiting()).toHaveLength(2)
  expect(answers()).toEqual([])
  expect(await stamps()).toEqual([])
})

it('It is answered when the post can be seen, with one stamp however often that is done', async () => {
  await deliver(request)
  servePost(remote, note)
  const [first] = await waiting()
  for (const _ of [1, 2]) await retry(first)
  const accepts = remote.received('Accept')
  expect(accepts[0]).toMatchObject({ object: { id: request['id'], instrument: note['id'] } })
  expect(new Set(accepts.map(({ result }) => result)).size).toBe(1)
  expect(await stamps()).toHaveLength(1)
})

it.each<[string, () => void]>([
  ['is gone', () => answerWith(410)],
  ['was never there', () => answerWith(404)],
  ['quotes something else', () => servePost(remote, { ...note, ...mastodonQuote(`${uri}0`) })],
  ['is by somebody else', () => servePost(remote, { ...note, attributedTo: `${alice.uri}0` })],
])('It is rejected when it turns out that the post %s', async (_, change) => {
  await deliver(request)
  expect(answers()).toEqual([])
  change()
  await retry((await waiting())[0])
  expect(answers()).toEqual(['Reject'])
  expect(await stamps()).toEqual([])
})
