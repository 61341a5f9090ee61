import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { follows, sees } from './exchange.ts'
import type { Step } from './exchange.ts'
import { followedAlong } from './moves.ts'
import { makeOurParticipant } from './ours.ts'
import type { Companion } from './participant.ts'
import { startPlace } from './place.ts'
import type { Place } from './place.ts'

/** Alice and amy here, bob there, carol at a third place. */
interface Places {
  readonly here: Place
  readonly there: Place
  readonly third: Place
  readonly alice: Companion
  readonly amy: Companion
  readonly bob: Companion
  readonly carol: Companion
}

const steps: readonly Step<Places>[] = [
  { name: 'a conversation between two is complete for a reader at the third', run: readThread },
  { name: 'everybody follows who moves, from three instances', run: move },
]

describe('between three instances of ours', { timeout: 120_000 }, () => {
  const belongings = new AsyncDisposableStack()
  let places: Places

  beforeAll(async () => {
    const start = () => startPlace(belongings)
    const [here, there, third] = await Promise.all([start(), start(), start()])
    const people = [
      [here, 'alice'],
      [here, 'amy'],
      [there, 'bob'],
      [third, 'carol'],
    ] as const
    const made = people.map(([place, name]) => makeOurParticipant(place, name))
    const [alice, amy, bob, carol] = (await Promise.all(made)) as [Companion, Companion, Companion, Companion]
    places = { here, there, third, alice, amy, bob, carol }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  for (const step of steps) test(step.name, () => step.run(places))
})

async function readThread({ third, alice, bob }: Places): Promise<void> {
  await Promise.all([follows(alice, bob), follows(bob, alice)])
  const root = await alice.post('Who comes along?')
  await sees(bob, root)
  const yes = await bob.post('I do', { inReplyTo: root })
  await sees(alice, yes)
  const when = await alice.post('At eight', { inReplyTo: yes })
  const where = await bob.post('And where?', { inReplyTo: root })
  await Promise.all([sees(alice, where), sees(bob, when)])
  const thread = await third.cli('posts', 'thread', 'carol', when, '--complete')
  assert.deepEqual(urisOf(thread.ancestors), [root, yes])
  assert.equal(thread.status.text, 'At eight')
  const whole = await third.cli('posts', 'thread', 'carol', root, '--complete')
  assert.deepEqual(urisOf(whole.descendants).toSorted(), [yes, when, where].toSorted())
}

const urisOf = (posts: readonly { uri: string }[]): string[] => posts.map(({ uri }) => uri)

async function move({ here, there, alice, amy, bob, carol }: Places): Promise<void> {
  const alba = await makeOurParticipant(there, 'alba')
  await Promise.all([follows(amy, alice), follows(carol, alice)])
  await assert.rejects(here.cli('account', 'move', 'alice', '--to', alba.actor))
  await there.cli('account', 'alias', 'alba', 'add', alice.actor)
  await here.cli('account', 'move', 'alice', '--to', alba.actor)
  for (const follower of [amy, bob, carol]) await followedAlong(follower, alice, alba)
  assert.deepEqual((await alba.followers()).toSorted(), [amy, bob, carol].map((one) => one.actor).toSorted())
  await assert.rejects(alice.post('I am still here'))
  const uri = await alba.post('I am here')
  await Promise.all([amy, bob, carol].map((reader) => sees(reader, uri)))
}
