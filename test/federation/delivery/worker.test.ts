import { createRequire } from 'node:module'
import type { IncomingMessage } from 'node:http'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { digestBody, formatDigest } from '../../../src/lib/signatures/digest.ts'
import { countDeliveries, replayDeliveries } from '../../../src/store/deliveries.ts'
import { deleteDomainBlock, insertDomainBlock } from '../../../src/store/hosts.ts'
import { listCurrentKeys } from '../../../src/store/keys.ts'
import { transact } from '../../../src/db/transact.ts'
import { createMember } from '../../support/people.ts'
import {
  createDeliveryBed,
  useDeliveryBed,
  drain,
  plan,
  standing,
  startWorker,
  untilDelivered,
} from './ledger.ts'
import { startReceiver, type Received } from './receiver.ts'

type HttpSignature = {
  parseRequest(request: IncomingMessage, options: { strict: boolean; headers: string[] }): { keyId: string }
  verifySignature(parsed: object, publicKeyPem: string): boolean
}

// Published without types.
const httpSignature = createRequire(import.meta.url)('http-signature') as HttpSignature

const { accountId, ...bed } = await useDeliveryBed()

async function verify({ request }: Received): Promise<unknown> {
  const [rsa] = (await listCurrentKeys(bed.ctx.db, accountId)).filter((key) => key.kind === 'rsa')
  const parsed = httpSignature.parseRequest(request, {
    strict: true,
    headers: ['(request-target)', 'host', 'date', 'digest'],
  })
  return [parsed.keyId, httpSignature.verifySignature(parsed, rsa?.publicKey ?? '')]
}

describe('a delivery', () => {
  test('is one POST to each inbox, signed, with the digest of its body and our name', async () => {
    await using receiver = await startReceiver()
    const inboxes = ['/inbox', '/users/a/inbox?x=1', '/users/b/inbox'].map(receiver.url)
    const id = await plan(bed.ctx, { accountId }, inboxes)
    await drain(bed.ctx)
    expect(receiver.received.map(({ path }) => receiver.url(path)).toSorted()).toEqual(inboxes.toSorted())
    for (const received of receiver.received) {
      expect(received.method).toBe('POST')
      expect(JSON.parse(String(received.body))).toEqual({ id, type: 'Create' })
      expect(await verify(received)).toEqual(['https://home.example/users/author#main-key', true])
      expect(received.request.headers).toMatchObject({
        'content-type': 'application/activity+json',
        digest: formatDigest(digestBody(received.body)),
        'user-agent': 'Holdfast/test (+https://home.example)',
      })
    }
    const rows = Object.values(await standing(bed.ctx, id))
    expect(rows).toHaveLength(3)
    for (const row of rows)
      expect(row).toMatchObject({ state: 'delivered', attempts: 1, lastStatus: 202, lastError: null })
  })

  test('goes out at once when the worker is called, though it looks by itself but seldom', async () => {
    await using receiver = await startReceiver()
    await using worker = startWorker(bed.ctx, { idleMs: 3_600_000 })
    await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
    worker.wake()
    await untilDelivered(bed.ctx, 1, 5)
  })

  test('is not led elsewhere by a redirect', async () => {
    await using other = await startReceiver()
    await using receiver = await startReceiver(() => ({
      status: 307,
      headers: { location: other.url('/inbox') },
    }))
    const id = await plan(bed.ctx, { accountId }, [receiver.url('/inbox')])
    await drain(bed.ctx)
    expect(other.received).toEqual([])
    expect((await standing(bed.ctx, id))[receiver.url('/inbox')]).toMatchObject({
      state: 'pending',
      lastStatus: 307,
    })
  })

  test('to an address that is not public is dead, and says so', async () => {
    await using guarded = await createDeliveryBed({ allowPrivateAddress: false })
    const { id: author } = await createMember(guarded.ctx, 'author')
    await using receiver = await startReceiver()
    const url = receiver.url('/inbox').replace('http:', 'https:').replace(/:\d+/, '')
    const id = await plan(guarded.ctx, { accountId: author }, [url, 'ftp://away.example/inbox'])
    await drain(guarded.ctx)
    const dead = {
      state: 'dead',
      attempts: 1,
      lastStatus: null,
      lastError: expect.stringMatching(/^blocked address: /),
    }
    expect(await standing(guarded.ctx, id)).toMatchObject({ [url]: dead, 'ftp://away.example/inbox': dead })
  })

  test('to a blocked domain is refused without a request, whenever the block came, and can be sent again', async () => {
    await using receiver = await startReceiver()
    const inbox = receiver.url('/inbox')
    const id = await plan(bed.ctx, { accountId }, [inbox])
    await insertDomainBlock(bed.ctx.db, '127.0.0.1', 'noise')
    await drain(bed.ctx)
    expect(receiver.received).toEqual([])
    expect((await standing(bed.ctx, id))[inbox]).toMatchObject({
      state: 'refused',
      lastError: 'the domain is blocked',
    })
    await deleteDomainBlock(bed.ctx.db, '127.0.0.1')
    expect(await transact(bed.ctx, ({ db }) => replayDeliveries(db, { activityId: id }))).toBe(1)
    await drain(bed.ctx)
    expect(receiver.ids()).toEqual([id])
  })
})

describe('what is said of one post', () => {
  test('arrives in the order in which it was said', async () => {
    await using receiver = await startReceiver(() => new Promise((resolve) => setTimeout(resolve, 5, 202)))
    const inbox = receiver.url('/inbox')
    const said: string[] = []
    for (let i = 0; i < 12; i++) {
      for (const objectId of ['1', '2']) said.push(await plan(bed.ctx, { accountId, objectId }, [inbox]))
    }
    await drain(bed.ctx)
    const ofOne = (ids: string[]) => ids.filter((id) => said.indexOf(id) % 2 === 0)
    const ofTwo = (ids: string[]) => ids.filter((id) => said.indexOf(id) % 2 === 1)
    expect(ofOne(receiver.ids())).toEqual(ofOne(said))
    expect(ofTwo(receiver.ids())).toEqual(ofTwo(said))
  })

  test('waits for what was said before, but not in other inboxes', async () => {
    let status = 500
    await using receiver = await startReceiver(({ path }) => (path === '/a' ? status : 202))
    const [a, b] = [receiver.url('/a'), receiver.url('/b')]
    const first = await plan(bed.ctx, { accountId, objectId: '3' }, [a, b])
    await drain(bed.ctx)
    const second = await plan(bed.ctx, { accountId, objectId: '3' }, [a, b])
    await drain(bed.ctx)
    const states = async (id: string) =>
      Object.values(await standing(bed.ctx, id)).map((row) => [row.inbox, row.state])
    expect(await states(second)).toEqual(
      expect.arrayContaining([
        [a, 'pending'],
        [b, 'delivered'],
      ]),
    )
    expect(receiver.received.filter(({ path }) => path === '/a')).toHaveLength(1)
    status = 202
    await bed.clock.pass(1)
    await drain(bed.ctx)
    const arrived = receiver.received
      .filter(({ path }) => path === '/a')
      .map(({ body }) => JSON.parse(String(body)).id)
    expect(arrived).toEqual([first, first, second])
  })
})

describe('an inbox that is gone', () => {
  test.each([404, 410])('refuses for good with %i', async (status) => {
    await using receiver = await startReceiver(() => status)
    const id = await plan(bed.ctx, { accountId }, [receiver.url('/users/a/inbox')])
    await drain(bed.ctx)
    expect(Object.values(await standing(bed.ctx, id))).toMatchObject([
      { state: 'refused', attempts: 1, lastStatus: status, lastError: `answered ${status}` },
    ])
  })
})

test('A delivery without a key to sign it is dead after eight attempts, and hinders no other', async () => {
  const { id: keyless } = await createMember(bed.ctx, 'keyless')
  await sql`delete from account_private_keys where key_id in
    (select id from account_keys where account_id = ${keyless}::bigint)`.execute(bed.ctx.db)
  await using receiver = await startReceiver()
  const inbox = receiver.url('/inbox')
  const poison = await plan(bed.ctx, { accountId: keyless }, [inbox])
  for (let attempt = 1; attempt <= 8; attempt++) {
    const good = await plan(bed.ctx, { accountId }, [inbox])
    await drain(bed.ctx)
    expect((await standing(bed.ctx, good))[inbox]).toMatchObject({ state: 'delivered' })
    const state = attempt < 8 ? 'pending' : 'dead'
    expect((await standing(bed.ctx, poison))[inbox]).toMatchObject({ state, attempts: attempt })
    await bed.clock.pass(0.5)
  }
  expect((await standing(bed.ctx, poison))[inbox]?.lastError).toMatch(/no key to sign with/)
  expect(await countDeliveries(bed.ctx.db)).toMatchObject({ delivered: 8, dead: 1, pending: 0 })
})
