import { expect, test } from 'vitest'
import { groupHeaders } from '../../../src/lib/signatures/headers.ts'
import { parseSignature } from '../../../src/lib/signatures/parse.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import {
  ensureHost,
  findSignatureStyle,
  saveSignatureStyle,
  type SignatureStyle,
} from '../../../src/store/hosts.ts'
import { useDeliveryBed, drain, plan, standing } from './ledger.ts'
import { startReceiver, type Received, type Receiver, type Reply } from './receiver.ts'

const { accountId, ...bed } = await useDeliveryBed()

const styleOf = ({ request }: Received): SignatureStyle =>
  request.headers['signature-input'] === undefined ? 'cavage' : 'rfc9421'

const styles = (receiver: Receiver) => receiver.received.map(styleOf)

/** Takes one style, and answers the other one like this. */
const takesOnly =
  (style: SignatureStyle, refusal: Reply = 401) =>
  (received: Received): Reply =>
    styleOf(received) === style ? 202 : refusal

async function deliver(receiver: Receiver) {
  const inbox = receiver.url('/inbox')
  const id = await plan(bed.ctx, { accountId }, [inbox])
  await drain(bed.ctx)
  return (await standing(bed.ctx, id))[inbox]
}

async function remember(receiver: Receiver, style: SignatureStyle): Promise<void> {
  await saveSignatureStyle(bed.ctx.db, [await ensureHost(bed.ctx.db, receiver.host)], style)
}

const remembered = (receiver: Receiver) => findSignatureStyle(bed.ctx.db, receiver.host)

test('A host that takes draft-cavage is asked once, and never with anything else', async () => {
  await using receiver = await startReceiver()
  expect(await deliver(receiver)).toMatchObject({ state: 'delivered', attempts: 1 })
  await deliver(receiver)
  expect(styles(receiver)).toEqual(['cavage', 'cavage'])
  expect(await remembered(receiver)).toBe('cavage')
})

test.each([401, 400])(
  'A host that answers %d to it is asked once more with RFC 9421, then with that at once',
  async (status) => {
    await using receiver = await startReceiver(takesOnly('rfc9421', status))
    expect(await deliver(receiver)).toMatchObject({ state: 'delivered', attempts: 1, lastError: null })
    expect(await remembered(receiver)).toBe('rfc9421')
    expect(await deliver(receiver)).toMatchObject({ state: 'delivered', attempts: 1 })
    expect(styles(receiver)).toEqual(['cavage', 'rfc9421', 'rfc9421'])
    expect(new Set(receiver.received.map(({ body }) => String(body))).size).toBe(2)
  },
)

test('Both are signed in full, whatever the host asks for', async () => {
  const asks = { 'accept-signature': 'sig1=("date");created, sig2=()' }
  await using receiver = await startReceiver(() => ({ status: 401, headers: asks }))
  await deliver(receiver)
  const covered = receiver.received.map(({ request, method, path }) => {
    const headers = groupHeaders(request.rawHeaders)
    const parts = { method, target: path, headers, origins: [`http://${receiver.host}`] }
    const signature = parseSignature(parts, bed.ctx.now())
    return isProblem(signature) ? signature : signature.covered
  })
  expect(covered).toEqual([
    ['(request-target)', 'host', 'date', 'digest'],
    ['@method', '@target-uri', '@authority', 'content-digest'],
  ])
})

test('A host that took RFC 9421 and refuses it gets draft-cavage once', async () => {
  await using receiver = await startReceiver(takesOnly('cavage'))
  await remember(receiver, 'rfc9421')
  expect(await deliver(receiver)).toMatchObject({ state: 'delivered' })
  expect(styles(receiver)).toEqual(['rfc9421', 'cavage'])
  expect(await remembered(receiver)).toBe('cavage')
})

test('A host that took draft-cavage and refuses it twice is asked with RFC 9421', async () => {
  await using receiver = await startReceiver(takesOnly('rfc9421'))
  await remember(receiver, 'cavage')
  expect(await deliver(receiver)).toMatchObject({ state: 'pending', lastStatus: 401 })
  expect(styles(receiver)).toEqual(['cavage'])
  await bed.clock.pass(0.01)
  await drain(bed.ctx)
  expect(styles(receiver)).toEqual(['cavage', 'cavage', 'rfc9421'])
  expect(await remembered(receiver)).toBe('rfc9421')
})

test('A host that refuses both is asked twice, and the first refusal counts', async () => {
  await using receiver = await startReceiver((received) => (styleOf(received) === 'cavage' ? 401 : 404))
  expect(await deliver(receiver)).toMatchObject({ state: 'pending', lastStatus: 401, attempts: 1 })
  expect(styles(receiver)).toEqual(['cavage', 'rfc9421'])
  expect(await remembered(receiver)).toBeUndefined()
})

test('When the second answer may pass, it is waited for', async () => {
  await using receiver = await startReceiver((received) => (styleOf(received) === 'cavage' ? 400 : 500))
  expect(await deliver(receiver)).toMatchObject({ state: 'pending', lastStatus: 500 })
})

test.each([403, 404, 410, 422, 500, 503])('%d is no refusal of a signature', async (status) => {
  await using receiver = await startReceiver(() => status)
  await deliver(receiver)
  expect(styles(receiver)).toEqual(['cavage'])
  expect(await remembered(receiver)).toBeUndefined()
})

test('What was learnt serves the rest of what waits for the host', async () => {
  await using receiver = await startReceiver(takesOnly('rfc9421'))
  const inbox = receiver.url('/inbox')
  for (let count = 0; count < 20; count++) await plan(bed.ctx, { accountId }, [inbox])
  await drain(bed.ctx)
  const counts = Object.groupBy(styles(receiver), (style) => style)
  expect(counts.rfc9421).toHaveLength(20)
  expect(counts.cavage!.length).toBeLessThanOrEqual(4)
})
