import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import type { QuoteAuthorizationDraft } from '../../../src/domain/drafts.ts'
import { verifyQuote } from '../../../src/domain/quotes/verify-quote.ts'
import type { RemoteWorld } from '../../../src/domain/remote/remote-world.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { findRemoteStatus, updateRemoteStatus } from '../../../src/store/statuses.ts'
import { transact } from '../../../src/db/transact.ts'
import { createTestContext, silentWorld, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let dora: Stranger
let eve: Stranger
let serial = 0
let quotedUri: string
let quotingUri: string
let stampUri: string

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  dora = await createStranger(ctx, 'dora')
  eve = await createStranger(ctx, 'eve', { domain: 'other.example' })
})
afterAll(() => world.close())

beforeEach(async () => {
  const at = ++serial
  quotedUri = `${dora.uri}/statuses/${at}`
  quotingUri = `${eve.uri}/statuses/${at}`
  stampUri = `${dora.uri}/quote_authorizations/${at}`
  await keep(dora, { id: quotedUri })
  await keep(eve, { id: quotingUri, quoteUri: quotedUri, quoteAuthorization: stampUri })
})

const keep = (author: Stranger, note: object) =>
  receiveNote(ctx, { note: draftNote(author, note), author, recipientId: null, wanted: true })

const quoting = async () => (await findRemoteStatus(ctx.db, quotingUri))!

const stamp = (): QuoteAuthorizationDraft => ({
  id: stampUri,
  attributedTo: dora.uri,
  interactingObject: quotingUri,
  interactionTarget: quotedUri,
})

const ask = async (answer: RemoteWorld['fetchQuoteAuthorization'], attempt = 0): Promise<void> => {
  const resolveStatus: RemoteWorld['resolveStatus'] = (uri) => findRemoteStatus(ctx.db, uri)
  const remote = { ...silentWorld, resolveStatus, fetchQuoteAuthorization: answer }
  await verifyQuote({ ...ctx, remote }, { statusId: (await quoting()).id, attempt })
}

async function listLater(): Promise<{ attempt: number; minutes: number }[]> {
  const { rows } = await sql<{ attempt: number; minutes: number }>`
    select (data ->> 'attempt')::integer as attempt,
      round(extract(epoch from start_after - created_on) / 60)::integer as minutes
    from pgboss.job where name = 'quote.met' and data ->> 'statusId' = ${(await quoting()).id}
    order by attempt`.execute(ctx.db)
  return rows
}

test('A stamp that is had at once settles it', async () => {
  await ask(async () => stamp())
  expect((await quoting()).quoteState).toBe('accepted')
  expect(await listLater()).toEqual([{ attempt: 0, minutes: 0 }])
})

test('A server that does not answer is asked three times more, and the quote waits', async () => {
  for (const attempt of [0, 1, 2, 3]) await ask(async () => 'unavailable', attempt)
  expect((await quoting()).quoteState).toBe('pending')
  expect(await listLater()).toEqual([
    { attempt: 0, minutes: 0 },
    { attempt: 1, minutes: 1 },
    { attempt: 2, minutes: 15 },
    { attempt: 3, minutes: 120 },
  ])
})

test.each(['gone', 'missing', 'refused'] as const)('A stamp that is %s is none', async (absence) => {
  await ask(async () => absence)
  expect((await quoting()).quoteState).toBe('rejected')
})

test('What is settled is not asked about again', async () => {
  await ask(async () => stamp())
  await ask(() => Promise.reject(new Error('asked again')))
  expect((await quoting()).quoteState).toBe('accepted')
})

test('A quote that is taken back or changed while its stamp is fetched stays so', async () => {
  const { id } = await quoting()
  const change = (columns: Parameters<typeof updateRemoteStatus>[2]) =>
    transact(ctx, (tx) => updateRemoteStatus(tx.db, id, columns))
  await ask(async () => {
    await change({ quoteState: 'revoked' })
    return stamp()
  })
  expect((await quoting()).quoteState).toBe('revoked')
  await change({ quoteState: 'pending' })
  await ask(async () => {
    await change({ quoteUri: `${dora.uri}/statuses/other` })
    return stamp()
  })
  expect((await quoting()).quoteState).toBe('pending')
})

test('A quote that came before what it quotes is looked at when that comes, once, and only where it waits', async () => {
  const late = `${dora.uri}/statuses/late`
  const stamped = {
    id: `${eve.uri}/statuses/stamped`,
    quoteUri: late,
    quoteAuthorization: `${stampUri}/late`,
  }
  const bare = { id: `${eve.uri}/statuses/bare`, quoteUri: late }
  const own = { id: `${dora.uri}/statuses/own`, quoteUri: late }
  await keep(eve, stamped)
  await keep(eve, bare)
  await keep(dora, own)
  const idOf = async ({ id }: { id: string }) => (await findRemoteStatus(ctx.db, id))!.id
  await sql`delete from pgboss.job`.execute(ctx.db)
  await keep(dora, { id: late })
  const found = (await listJobs(ctx.db)).filter(({ name }) => name === 'quote.met')
  const statusIds = found.map(({ data }) => (data as { statusId: string }).statusId)
  expect(statusIds.toSorted()).toEqual([await idOf(stamped), await idOf(own)].toSorted())
  expect((await findRemoteStatus(ctx.db, bare.id))?.quoteOfId).toBe(await idOf({ id: late }))
  await keep(dora, { id: late })
  expect((await listJobs(ctx.db)).filter(({ name }) => name === 'quote.met')).toHaveLength(2)
})
