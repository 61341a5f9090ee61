import { afterAll, beforeAll, expect, test } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { listAuditEntries } from '../../src/store/audit-log.ts'
import { check } from '../contract/check.ts'
import { signUp } from '../support/api.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { password } from './sign-in-kit.ts'

let server: TestServer
let remote: RemoteServer

beforeAll(async () => {
  server = await startServer()
  remote = await startRemoteServer()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
})

const [alias, move] = ['/api/v1/accounts/alias', '/api/v1/accounts/move']
const aliasesOf = async (name: string) => (await getAccount(server.ctx, name)).alsoKnownAs

test('Aliases are those that were named last, and one that is kept need not answer', async () => {
  const member = await signUp(server, 'named')
  const [one, two] = [await remote.addActor('one'), await remote.addActor('two')]
  const answer = await member.post(alias, { also_known_as_uris: [one.uri, two.uri] })
  check('CredentialAccount', answer)
  expect(await aliasesOf('named')).toEqual([one.uri, two.uri])
  remote.serve('/users/two', (_request: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(503).end(),
  )
  await member.post(alias, { also_known_as_uris: [two.uri] })
  expect(await aliasesOf('named')).toEqual([two.uri])
  expect((await member.call('POST', alias, {})).status).toBe(422)
  const nobody = { also_known_as_uris: [two.uri, `${remote.origin}/users/nobody`] }
  expect((await member.call('POST', alias, nobody)).status).toBe(404)
  expect(await aliasesOf('named')).toEqual([two.uri])
  await member.post(alias, { also_known_as_uris: [] })
  expect(await aliasesOf('named')).toEqual([])
})

test('A move needs the password beside the token, and happens once', async () => {
  const member = await signUp(server, 'mover')
  const there = await remote.addActor('mover', { alsoKnownAs: [`${server.origin}/users/mover`] })
  for (const wrong of [{}, { password: 'wrong horse' }]) {
    const refused = await member.call('POST', move, { moved_to_uri: there.uri, ...wrong })
    expect([refused.status, refused.body]).toEqual([
      403,
      { error: 'The password is not the one of this account' },
    ])
  }
  expect((await member.call('POST', move, { password })).status).toBe(422)
  const stranger = await remote.addActor('stranger')
  expect((await member.call('POST', move, { password, moved_to_uri: stranger.uri })).status).toBe(422)
  expect((await getAccount(server.ctx, 'mover')).movedTo).toBeNull()
  const moved = await member.call('POST', move, { password, moved_to_uri: there.uri })
  expect([moved.status, moved.body]).toEqual([202, {}])
  expect((await getAccount(server.ctx, 'mover')).movedTo).toBe(there.uri)
  expect((await member.call('POST', move, { password, moved_to_uri: there.uri })).status).toBe(429)
  const acts = await listAuditEntries(server.ctx.db, member.actor.id, 10)
  expect(acts.filter(({ act }) => act === 'move.started')).toHaveLength(1)
  const posting = await member.call('POST', '/api/v1/statuses', { status: 'Still here?' })
  expect([posting.status, posting.body.error]).toEqual([
    403,
    `This account has moved to ${there.uri} and cannot do this from here`,
  ])
  const seen = await member.get('/api/v1/accounts/verify_credentials')
  expect(seen.moved).toMatchObject({ uri: there.uri })
})

test('Guesses at a password by a token end after ten', async () => {
  const member = await signUp(server, 'guessed')
  const there = await remote.addActor('guessed', { alsoKnownAs: [`${server.origin}/users/guessed`] })
  const guess = (given: string) => member.call('POST', move, { moved_to_uri: there.uri, password: given })
  for (let index = 0; index < 10; index++) expect((await guess(`wrong ${index}`)).status).toBe(403)
  expect((await guess(password)).status).toBe(429)
  expect((await getAccount(server.ctx, 'guessed')).movedTo).toBeNull()
})
