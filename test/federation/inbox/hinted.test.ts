import { beforeEach, expect, test } from 'vitest'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'
import { meet, withdraw } from '../../support/meeting.ts'

const publicly = 'https://www.w3.org/ns/activitystreams#Public'
const signature = { type: 'RsaSignature2017', creator: 'https://away.example#key', signatureValue: 'eHh4' }

const meeting = await use(meet())

let alice: RemoteActor
/** Passes on what others said. */
let mal: RemoteActor
let serial = 0

beforeEach(async () => {
  alice = await meeting.remote.addActor(`alice${++serial}`)
  mal = await meeting.elsewhere.addActor(`mal${serial}`)
})

/** A post of alice's that her server keeps from whoever is not named in it. */
async function hear(to: string[]): Promise<string> {
  const { id } = noteOf(alice)
  await meeting.deliver(alice, createOf(alice, noteOf(alice, { id, to, cc: [meeting.bobUri] })))
  return id
}

const carryDelete = (object: string) =>
  meeting.deliver(mal, { ...activityOf(alice, 'Delete', { object, to: [publicly] }), signature })

const isHere = async (uri: string) => (await findRemoteStatus(meeting.server.ctx.db, uri)) !== undefined

test('A post for everybody that its server does not have goes when somebody says so', async () => {
  const uri = await hear([publicly])
  await carryDelete(uri)
  expect(await isHere(uri)).toBe(false)
})

test('A post for a few is not taken for gone because its server does not show it to us', async () => {
  for (const to of [[`${alice.uri}/followers`], [meeting.bobUri]]) {
    const uri = await hear(to)
    await carryDelete(uri)
    expect(meeting.remote.fetched()).toContain(new URL(uri).pathname)
    expect(await isHere(uri)).toBe(true)
    withdraw(meeting.remote, uri)
    await carryDelete(uri)
    expect(await isHere(uri)).toBe(false)
  }
})
