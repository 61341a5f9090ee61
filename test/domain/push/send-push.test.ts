import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import { signUp, type ApiMember } from '../../support/api.ts'
import { makePushKeys } from '../../support/push.ts'
import { startRemoteServer, type RemoteServer } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'

let server: TestServer
let silent: RemoteServer
let service: RemoteServer

beforeAll(async () => {
  server = await startServer()
  silent = await startRemoteServer()
  service = await startRemoteServer()
  silent.serve('/push', () => undefined)
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await silent?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

async function subscribe({ actor }: ApiMember, endpoint: string): Promise<void> {
  const token = await issueToken(server.ctx, actor.id, ['push', 'read', 'write'])
  const response = await fetch(`${server.origin}/api/v1/push/subscription`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      subscription: { endpoint, keys: makePushKeys().keys },
      data: { alerts: { favourite: true } },
    }),
  })
  expect(response.status).toBe(200)
}

test('A push service that never answers keeps nobody else waiting', async () => {
  const [alice, bob, carol] = [
    await signUp(server, 'alice'),
    await signUp(server, 'bob'),
    await signUp(server, 'carol'),
  ]
  for (let device = 0; device < 16; device++) await subscribe(alice, `${silent.origin}/push`)
  await subscribe(bob, `${service.origin}/push`)
  const likedBy = async (author: ApiMember): Promise<void> => {
    const { id } = await author.post('/api/v1/statuses', { status: 'hello' })
    await carol.post(`/api/v1/statuses/${id}/favourite`)
  }
  await likedBy(alice)
  await until('the silent one to be asked', () => silent.arrivals.length > 0)
  const begun = performance.now()
  await likedBy(bob)
  await until('bob to be told', () => service.arrivals.length > 0)
  // Each attempt at the silent one takes ten seconds.
  expect(performance.now() - begun).toBeLessThan(4000)
  expect(silent.arrivals.length).toBeLessThanOrEqual(4)
})
