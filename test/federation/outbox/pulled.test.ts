import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { getAccount } from '../../../src/domain/accounts/get-account.ts'
import { addAlias } from '../../../src/domain/moving/add-alias.ts'
import { pullFollowers } from '../../../src/domain/moving/pull-followers.ts'
import { removeAlias } from '../../../src/domain/moving/remove-alias.ts'
import { sendPulledMove } from '../../../src/federation/outbox/account-pulling.ts'
import { saveNodeInfo } from '../../../src/store/hosts.ts'
import { createMember } from '../../support/people.ts'
import { startRemoteServer, type RemoteActor, type RemoteServer } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

/** A server whose software takes a Move by the new account, with two people whom we know; and one whose does not. */
const server = await use(startServer())
const oldHome = await use(startRemoteServer())
const listener = await use(startRemoteServer())
const other = await use(startRemoteServer())
const people = [await listener.addActor('one'), await listener.addActor('two'), await other.addActor('three')]
for (const { uri } of people) await server.ctx.remote.resolveActor(uri)
await server.settle()
const run = (home: RemoteServer, name: string) =>
  saveNodeInfo(server.ctx.db, new URL(home.origin).host, { name, version: '1' }, server.ctx.now())
await run(listener, 'mitra')
await run(other, 'mastodon')

/** Somebody who came here, with an alias for who they were. */
async function arrive(name: string): Promise<{ former: RemoteActor; here: string }> {
  const member = await createMember(server.ctx, name)
  const former = await oldHome.addActor(name)
  await addAlias(server.ctx, member, former.uri)
  await server.settle()
  for (const { arrivals } of [oldHome, listener, other]) arrivals.length = 0
  return { former, here: `${server.origin}/users/${name}` }
}

const pull = async (name: string, former: RemoteActor) =>
  pullFollowers(server.ctx, await getAccount(server.ctx, name), former.uri)

async function nothingIsSaid(): Promise<void> {
  await server.settle()
  for (const home of [oldHome, listener, other]) expect(home.received('Move')).toEqual([])
}

it('Servers that listen are told once each by the new account, when the former one says that it moved', async () => {
  const { former, here } = await arrive('came')
  former.document['movedTo'] = here
  expect(await pull('came', former)).toBe(former.uri)
  await pull('came', former)
  await server.settle()
  expect(listener.received('Move')).toMatchObject([{ actor: here, object: former.uri, target: here }])
  for (const home of [oldHome, other]) expect(home.received('Move')).toEqual([])
})

it('The last word of a server that is gone counts as well', async () => {
  const { former, here } = await arrive('late')
  former.document['movedTo'] = here
  await server.ctx.remote.refreshActor(former.uri)
  oldHome.serve(
    `/users/late`,
    (_request: unknown, response: { writeHead(status: number): { end(): void } }) =>
      response.writeHead(503).end(),
  )
  await pull('late', former)
  await server.settle()
  expect(listener.received('Move')).toMatchObject([{ actor: here, object: former.uri, target: here }])
})

it.each([
  ['nothing', () => ({})],
  ['an alias only', (here: string) => ({ alsoKnownAs: [here] })],
  ['another place', () => ({ movedTo: `${other.origin}/users/three` })],
])('Nobody is told when the former account says %s', async (_what, said) => {
  const name = `denied_${randomUUID().slice(0, 8)}`
  const { former, here } = await arrive(name)
  Object.assign(former.document, said(here))
  await expect(pull(name, former)).rejects.toMatchObject({ code: 'conflict' })
  await nothingIsSaid()
})

it('Nobody is told of an account that is no alias, nor when the alias was dropped meanwhile', async () => {
  const { former, here } = await arrive('dropper')
  const account = await getAccount(server.ctx, 'dropper')
  const stranger = await oldHome.addActor('stranger', { movedTo: here })
  await expect(pull('dropper', stranger)).rejects.toMatchObject({ code: 'invalid' })
  await removeAlias(server.ctx, account, former.uri)
  await sendPulledMove(server.ctx, { accountId: account.id, formerUri: former.uri }, randomUUID())
  await nothingIsSaid()
})
