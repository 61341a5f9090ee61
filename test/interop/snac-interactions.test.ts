import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { describeWith } from '../support/parts.ts'
import { startSnac } from '../support/snac.ts'
import type { SnacServer } from '../support/snac.ts'
import { getSnac } from '../support/snac-package.ts'
import type { SnacUser } from '../support/snac-user.ts'
import { arrives, follows, sees } from './exchange.ts'
import type { Step } from './exchange.ts'
import { boostReaches, counted, interactions, newPost, voteReaches } from './interactions.ts'
import type { Company } from './interactions.ts'
import { makeOurParticipant } from './ours.ts'
import { endPolls, startPlace } from './place.ts'
import type { Place } from './place.ts'
import { snacAsParticipant } from './strangers.ts'

interface SnacWorld extends Company {
  readonly instance: Place
  readonly snac: SnacServer
  readonly bob: SnacUser
}

const steps: readonly Step<SnacWorld>[] = [
  { name: 'both follow each other', run: followBoth },
  ...interactions,
  { name: 'its user is told who liked and boosted', run: tells },
  { name: 'our boost taken back is heard there, though it goes on counting', run: takeBoostBack },
  { name: 'our boost of a post that it does not know brings that there', run: boostStranger },
  { name: 'its boost of a post that we do not know brings that here, until it is taken back', run: seeBoost },
  { name: 'our emoji counts there as a like, and is taken back', run: react },
  { name: 'its vote in our poll counts here, and it sees how the poll ended', run: voteHere },
  { name: 'our vote in its poll counts there, and we see how the poll ended', run: voteThere },
  { name: 'whom it mutes, it hears no more', run: mute },
  { name: 'our block is heard there, ends the follows, and shuts its reads and replies out', run: block },
]

await describeWith('snac2', 'what is done with posts of snac2 and ours', () => {
  const belongings = new AsyncDisposableStack()
  let world: SnacWorld

  beforeAll(async () => {
    const snac = belongings.use(await startSnac({ root: await getSnac() }))
    const instance = await startPlace(belongings)
    const ours = await makeOurParticipant(instance, 'alice')
    const bob = await snac.addUser('bob')
    world = { instance, ours, theirs: snacAsParticipant(bob, snac), snac, bob }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  for (const step of steps) test(step.name, () => step.run(world), 120_000)
})

async function followBoth({ ours, theirs }: SnacWorld): Promise<void> {
  await Promise.all([follows(ours, theirs), follows(theirs, ours)])
}

async function tells({ ours, theirs, bob }: SnacWorld): Promise<void> {
  const uri = await newPost(theirs, ours, 'Tell me')
  await ours.like(uri)
  await ours.boost(uri)
  for (const type of ['favourite', 'reblog'])
    await arrives(type, theirs, async () =>
      (await bob.notifications()).some(
        (one) => one.type === type && one.actor === ours.actor && one.uri === uri,
      ),
    )
}

async function takeBoostBack({ ours, theirs }: SnacWorld): Promise<void> {
  const uri = await boostReaches(ours, theirs)
  await ours.unboost(uri)
  await arrives('the Undo', theirs, async () => theirs.log().includes(`Unboost for ${uri} 200`))
}

async function boostStranger({ instance, ours, theirs }: SnacWorld): Promise<void> {
  const zoe = await makeOurParticipant(instance, 'zoe')
  const uri = await zoe.post('Nobody there follows me')
  await ours.boost(uri)
  assert.equal((await sees(theirs, uri)).text, 'Nobody there follows me')
}

async function seeBoost({ instance, ours, theirs, snac }: SnacWorld): Promise<void> {
  const berta = snacAsParticipant(await snac.addUser('berta'), snac)
  await follows(theirs, berta)
  const uri = await newPost(berta, theirs, 'Nobody here follows me')
  const boosts = async () =>
    (await instance.cli('timeline', 'alice')).filter((one: any) => one.boost_of?.uri === uri)
  await theirs.boost(uri)
  await arrives('the boost', ours, async () => (await boosts()).length === 1)
  assert.match((await boosts())[0].boost_of.content, /Nobody here follows me/)
  await theirs.unboost(uri)
  await arrives('the Undo', ours, async () => (await boosts()).length === 0)
}

async function react({ instance, ours, theirs, bob }: SnacWorld): Promise<void> {
  const uri = await newPost(theirs, ours, 'Party')
  await instance.cli('posts', 'react', 'alice', uri, '🎉')
  await counted(theirs, uri, { likes: 1, boosts: 0 })
  const told = (await bob.notifications()).filter((one) => one.uri === uri)
  assert.deepEqual(told, [{ type: 'favourite', actor: ours.actor, uri }])
  await instance.cli('posts', 'unreact', 'alice', uri, '🎉')
  await counted(theirs, uri, { likes: 0, boosts: 0 })
}

async function voteHere({ instance, ours, theirs, bob }: SnacWorld): Promise<void> {
  const uri = await voteReaches(theirs, ours)
  await endPolls(instance)
  await arrives('the result', theirs, async () => (await theirs.poll(uri)).closed)
  assert.deepEqual((await theirs.poll(uri)).votes, [0, 1])
  const isTold = async () => (await bob.notifications()).some((one) => one.type === 'poll' && one.uri === uri)
  await arrives('word of it', theirs, isTold)
}

async function voteThere({ ours, theirs }: SnacWorld): Promise<void> {
  const uri = await voteReaches(ours, theirs)
  await arrives('the result', ours, async () => (await ours.poll(uri)).closed)
  assert.deepEqual((await ours.poll(uri)).votes, [0, 1])
}

async function mute({ instance, theirs, bob }: SnacWorld): Promise<void> {
  const mallory = await makeOurParticipant(instance, 'mallory')
  await follows(theirs, mallory)
  await bob.mute(mallory.actor)
  const uri = await mallory.post('Can you hear me?')
  const refusal = `rejected message from MUTEd actor ${mallory.actor}`
  await arrives('what is not heard', theirs, async () => theirs.log().includes(refusal))
  assert.equal(await theirs.see(uri), undefined)
}

async function block({ instance, ours, theirs, bob }: SnacWorld): Promise<void> {
  const yves = await makeOurParticipant(instance, 'yves')
  await follows(yves, theirs)
  const uri = await newPost(ours, theirs, 'Before')
  assert.equal(await bob.fetchSigned(uri), 200)
  await instance.cli('block', 'alice', theirs.actor)
  await arrives('the Block', theirs, async () => theirs.log().includes(`'Block' received from ${ours.actor}`))
  assert.deepEqual(await ours.following(), [])
  assert.deepEqual(await ours.followers(), [])
  assert.ok([403, 404].includes(await bob.fetchSigned(uri)))
  await theirs.like(uri)
  const reply = await theirs.post('But why?', { inReplyTo: uri })
  const farewell = await theirs.post('Is anybody there?')
  await sees(yves, farewell)
  assert.equal(await ours.see(reply), undefined)
  assert.equal(await ours.see(farewell), undefined)
  assert.deepEqual(await ours.counts(uri), { likes: 0, boosts: 0 })
}
