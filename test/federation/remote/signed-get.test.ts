import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createSignedGet, type SignedGet } from '../../../src/federation/remote/signed-get.ts'
import { createGuardedFetch, type GuardedClient } from '../../../src/lib/safe-fetch.ts'
import { groupHeaders } from '../../../src/lib/signatures/headers.ts'
import { parseSignature } from '../../../src/lib/signatures/parse.ts'
import { isProblem } from '../../../src/lib/signatures/types.ts'
import { ensureHost, saveSignatureStyle } from '../../../src/store/hosts.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { startRemoteServer, type Arrival, type RemoteServer } from '../../support/remote-server.ts'

let bed: TestContext
let client: GuardedClient
let remote: RemoteServer
let other: RemoteServer
let get: SignedGet

beforeAll(async () => {
  client = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Holdfast/test' })
  bed = await createTestContext({ fetch: client })
})
afterAll(async () => {
  await client?.close()
  await bed?.close()
})

beforeEach(async () => {
  remote = await startRemoteServer()
  other = await startRemoteServer()
  get = createSignedGet(bed.ctx)
  return () => Promise.all([remote[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
})

const styleOf = ({ headers }: Pick<Arrival, 'headers'>) => (headers['signature-input'] ? 'rfc9421' : 'cavage')
const styles = (server = remote) => server.arrivals.map(styleOf)

const takesOnly =
  (style: string, refusal = 401, headers = {}): RequestListener =>
  (request, response) =>
    void (styleOf(request) === style ? response.writeHead(200) : response.writeHead(refusal, headers)).end(
      '{}',
    )

it('A host that answers is asked once, with draft-cavage', async () => {
  remote.serve('/a', {})
  expect((await get(`${remote.origin}/a`)).status).toBe(200)
  expect(styles()).toEqual(['cavage'])
})

it.each([401, 400])(
  'A host that answers %d is asked once more with RFC 9421, then with that at once',
  async (status) => {
    remote.serve('/a', takesOnly('rfc9421', status))
    expect((await get(`${remote.origin}/a`)).status).toBe(200)
    expect((await get(`${remote.origin}/a`)).status).toBe(200)
    expect(styles()).toEqual(['cavage', 'rfc9421', 'rfc9421'])
  },
)

it('A host that took deliveries with RFC 9421 is asked with it first, then with the other', async () => {
  const id = await ensureHost(bed.ctx.db, new URL(remote.origin).host)
  await saveSignatureStyle(bed.ctx.db, [id], 'rfc9421')
  remote.serve('/a', takesOnly('cavage'))
  expect((await get(`${remote.origin}/a`)).status).toBe(200)
  expect(styles()).toEqual(['rfc9421', 'cavage'])
})

it('A host that refuses both is asked twice, and then once for a while', async () => {
  remote.serve('/a', (_request, response) => void response.writeHead(401).end())
  for (let count = 0; count < 3; count++) expect((await get(`${remote.origin}/a`)).status).toBe(401)
  expect(styles()).toEqual(['cavage', 'rfc9421', 'cavage', 'cavage'])
})

it('All parts are signed in both, whatever the host asks for', async () => {
  const asks = { 'accept-signature': 's=("date"), t=(), u=("@query-param";name="x")' }
  remote.serve('/a?x=1', takesOnly('none', 401, asks))
  await get(`${remote.origin}/a?x=1`)
  const covered = remote.arrivals.map(({ rawHeaders, method, url }) => {
    const headers = groupHeaders(rawHeaders)
    const parts = { method: method!, target: url!, headers, origins: [remote.origin] }
    const signature = parseSignature(parts, bed.ctx.now())
    return isProblem(signature) ? signature : signature.covered
  })
  expect(covered).toEqual([
    ['(request-target)', 'host', 'date'],
    ['@method', '@target-uri', '@authority'],
  ])
})

it('A redirect is signed for where it leads, in the style of the host there', async () => {
  remote.serve(
    '/a',
    (_request, response) => void response.writeHead(302, { location: `${other.origin}/b` }).end(),
  )
  other.serve('/b', takesOnly('rfc9421'))
  const answer = await get(`${remote.origin}/a`)
  expect([answer.status, answer.url]).toEqual([200, `${other.origin}/b`])
  expect(styles(remote)).toEqual(['cavage', 'cavage'])
  expect(styles(other)).toEqual(['cavage', 'rfc9421'])
  await get(`${remote.origin}/a`)
  expect(styles(other)).toEqual(['cavage', 'rfc9421', 'rfc9421'])
})
