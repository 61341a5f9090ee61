import { afterAll, beforeAll, test } from 'vitest'
import { describeWith } from '../support/parts.ts'
import { startSnac } from '../support/snac.ts'
import type { SnacServer } from '../support/snac.ts'
import { getSnac } from '../support/snac-package.ts'
import type { SnacUser } from '../support/snac-user.ts'
import { follows } from './exchange.ts'
import type { Step } from './exchange.ts'
import { followedAlong } from './moves.ts'
import { makeOurParticipant } from './ours.ts'
import type { Companion } from './participant.ts'
import { startPlace } from './place.ts'
import type { Place } from './place.ts'
import { snacAsParticipant } from './strangers.ts'

interface Places {
  readonly here: Place
  readonly there: Place
  readonly snac: SnacServer
}

const steps: readonly Step<Places>[] = [
  { name: 'its user follows an account of ours to another instance', run: leaveUs },
  { name: 'its user follows an account of ours to itself', run: comeThere },
  { name: 'our accounts follow its user within it', run: moveWithin },
  { name: 'our accounts follow its user to us', run: comeHere },
]

await describeWith('snac2', 'moves with snac2', () => {
  const belongings = new AsyncDisposableStack()
  let places: Places

  beforeAll(async () => {
    const snac = belongings.use(await startSnac({ root: await getSnac() }))
    const [here, there] = await Promise.all([startPlace(belongings), startPlace(belongings)])
    places = { here, there, snac }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  for (const step of steps) test(step.name, () => step.run(places), 120_000)
})

type SnacCompanion = Companion & { readonly user: SnacUser }

async function makeTheirs(snac: SnacServer, name: string): Promise<SnacCompanion> {
  const user = await snac.addUser(name)
  return { ...snacAsParticipant(user, snac), user }
}

/** It never asks who somebody is that it has not met: the new account follows the follower first. */
async function leaveUs({ here, there, snac }: Places): Promise<void> {
  const [alice, alba, bob] = await Promise.all([
    makeOurParticipant(here, 'alice'),
    makeOurParticipant(there, 'alba'),
    makeTheirs(snac, 'bob'),
  ])
  await follows(bob, alice)
  await there.cli('account', 'alias', 'alba', 'add', alice.actor)
  await follows(alba, bob)
  await here.cli('account', 'move', 'alice', '--to', alba.actor)
  await followedAlong(bob, alice, alba)
}

async function comeThere({ here, there, snac }: Places): Promise<void> {
  const [ann, reader, anna, ben] = await Promise.all([
    makeOurParticipant(here, 'ann'),
    makeOurParticipant(there, 'reader'),
    makeTheirs(snac, 'anna'),
    makeTheirs(snac, 'ben'),
  ])
  await Promise.all([follows(ben, ann), follows(reader, ann)])
  await anna.user.alias(ann.actor)
  await here.cli('account', 'move', 'ann', '--to', anna.actor)
  await followedAlong(reader, ann, anna)
  await followedAlong(ben, ann, anna)
}

async function moveWithin({ here, there, snac }: Places): Promise<void> {
  const [cara, carl, berta, bertha] = await Promise.all([
    makeOurParticipant(here, 'cara'),
    makeOurParticipant(there, 'carl'),
    makeTheirs(snac, 'berta'),
    makeTheirs(snac, 'bertha'),
  ])
  await Promise.all([follows(cara, berta), follows(carl, berta)])
  await migrate(berta, bertha, () => bertha.user.alias(berta.actor))
  for (const follower of [cara, carl]) await followedAlong(follower, berta, bertha)
}

async function comeHere({ here, there, snac }: Places): Promise<void> {
  const [dora, dirk, dan, daniel] = await Promise.all([
    makeOurParticipant(here, 'dora'),
    makeOurParticipant(there, 'dirk'),
    makeTheirs(snac, 'dan'),
    makeOurParticipant(here, 'daniel'),
  ])
  await Promise.all([follows(dora, dan), follows(dirk, dan)])
  await migrate(dan, daniel, () => here.cli('account', 'alias', 'daniel', 'add', dan.actor))
  for (const follower of [dora, dirk]) await followedAlong(follower, dan, daniel)
}

/** The new account names the old one, and the old one the new one; that is what it goes by. */
async function migrate(from: SnacCompanion, to: Companion, agree: () => Promise<void>): Promise<void> {
  await agree()
  await from.user.alias(to.actor)
  await from.user.migrate()
}
