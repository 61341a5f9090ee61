import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { getSigned } from '../support/letters.ts'
import { activityOf, startRemoteServer } from '../support/remote-server.ts'
import type { RemoteActor, RemoteServer } from '../support/remote-server.ts'
import { until } from '../support/until.ts'
import { arrives, follows, sees } from './exchange.ts'
import type { Step } from './exchange.ts'
import { counted, newPost } from './interactions.ts'
import { makeOurParticipant } from './ours.ts'
import type { Companion } from './participant.ts'
import { startPlace } from './place.ts'
import type { Place } from './place.ts'

/** Alice here; bob, ben and bea there; a server that carries posts between them. */
interface Parties {
  readonly here: Place
  readonly there: Place
  readonly alice: Companion
  readonly bob: Companion
  readonly ben: Companion
  readonly bea: Companion
  readonly carrier: RemoteServer
  readonly relay: RemoteActor
}

const steps: readonly Step<Parties>[] = [
  { name: 'everybody there follows alice', run: followAll },
  { name: 'a follow that one side lost is over on the other, too', run: synchronise },
  { name: 'a report reaches those who moderate there, and names nobody', run: forwardReport },
  { name: 'a block ends the follows, and what comes all the same does not count', run: block },
  { name: 'whom an account blocks cannot read its posts', run: refuseReader },
  { name: 'a relay of the Mastodon kind carries our posts', run: carryOurs },
  { name: 'a relay of the LitePub kind carries our posts', run: announceOurs },
  { name: 'what a relay carries here reaches those who follow its hashtag', run: carryTheirs },
]

describe('between two instances of ours that do not get along', { timeout: 120_000 }, () => {
  const belongings = new AsyncDisposableStack()
  let parties: Parties

  beforeAll(async () => {
    const [here, there] = await Promise.all([startPlace(belongings), startPlace(belongings)])
    const carrier = belongings.use(await startRemoteServer())
    const relay = await carrier.addActor('litepub', { type: 'Application' })
    const make = (name: string) => makeOurParticipant(there, name)
    const alice = await makeOurParticipant(here, 'alice')
    const [bob, ben, bea] = await Promise.all([make('bob'), make('ben'), make('bea')])
    parties = { here, there, alice, bob, ben, bea, carrier, relay }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  for (const step of steps) test(step.name, () => step.run(parties))
})

async function followAll({ alice, bob, ben, bea }: Parties): Promise<void> {
  await Promise.all([bob, ben, bea].map((one) => follows(one, alice)))
}

async function synchronise({ here, there, alice, bob, ben, bea }: Parties): Promise<void> {
  await there.query(`delete from follows where follower_id = (select id from actors where username = 'bob')`)
  await here.query('delete from follows where follower_uri = $1', ben.actor)
  // What is only minutes old may be on its way.
  await there.query(`update follows set accepted_at = now() - interval '1 hour'`)
  await here.cli('post', 'alice', 'Only for you', '--visibility', 'private')
  await arrives('the end of it', ben, async () => (await ben.following()).length === 0)
  await arrives('the end of it', alice, async () => (await alice.followers()).length === 1)
  assert.deepEqual(await alice.followers(), [bea.actor])
  assert.deepEqual(await bea.following(), [alice.actor])
  await Promise.all([follows(bob, alice), follows(ben, alice)])
}

async function forwardReport({ here, there, alice, bob }: Parties): Promise<void> {
  const uri = await newPost(alice, bob, 'Something bad')
  const { id } = await there.cli('posts', 'show', 'bob', uri)
  const options = ['--posts', id, '--comment', 'This is bad', '--forward']
  await there.cli('report', 'bob', alice.actor, ...options)
  const list = (): Promise<any[]> => here.cli('reports', 'list')
  await arrives('the report', alice, async () => (await list()).length > 0)
  const [report, ...others] = await list()
  assert.deepEqual(others, [])
  assert.equal(report.account, alice.acct)
  assert.equal(report.comment, 'This is bad')
  assert.deepEqual(report.posts, [(await here.cli('posts', 'show', 'alice', uri)).id])
  assert.notEqual(report.by, bob.acct)
  assert.match(report.by, new RegExp(`@${new URL(there.origin).host}$`))
}

async function block({ here, there, alice, bob, ben }: Parties): Promise<void> {
  await follows(alice, bob)
  const uri = await newPost(alice, bob, 'Before')
  await here.cli('block', 'alice', bob.actor)
  await arrives('the end of its follow', bob, async () => (await bob.following()).length === 0)
  await arrives('the end of our follow', bob, async () => (await bob.followers()).length === 0)
  await arrives('the Block', bob, () =>
    bob.like(uri).then(
      () => false,
      () => true,
    ),
  )
  // As from a server that does not care.
  await there.query('delete from blocks')
  await bob.like(uri)
  const reply = await there.cli('post', 'bob', 'But why?', '--reply-to', await idOf(there, uri))
  await ben.like(uri)
  await counted(alice, uri, { likes: 1, boosts: 0 })
  const { descendants } = await here.cli('posts', 'thread', 'alice', uri)
  assert.deepEqual(descendants, [])
  assert.equal(await alice.see(reply.uri), undefined)
}

const idOf = async ({ query }: Place, uri: string): Promise<string> =>
  (await query<{ id: string }>('select id from remote_statuses where uri = $1', uri))[0]!.id

async function refuseReader({ here, alice, carrier }: Parties): Promise<void> {
  const mallory = await carrier.addActor('mallory')
  const { pathname } = new URL(await alice.post('Read me'))
  assert.equal((await getSigned(here, pathname, mallory)).status, 200)
  await here.cli('block', 'alice', mallory.uri)
  const refused = await getSigned(here, pathname, mallory)
  assert.ok([403, 404].includes(refused.status), String(refused.status))
  assert.doesNotMatch(refused.body, /Read me/)
}

async function carryOurs({ here, alice, carrier }: Parties): Promise<void> {
  const relay = await carrier.addActor('relay', { type: 'Application' })
  await here.cli('relay', 'add', `${carrier.origin}/inbox`)
  await admit(here, carrier, relay)
  const uri = await alice.post('For the whole world')
  const carried = () => carrier.received('Create').some(({ object }) => object.id === uri)
  await until('the relay to get it', carried, { explain: here.log })
}

async function announceOurs({ here, alice, carrier, relay }: Parties): Promise<void> {
  await here.cli('relay', 'add', relay.uri, '--kind', 'litepub')
  await admit(here, carrier, relay)
  const uri = await alice.post('For the other world')
  const carried = () => carrier.received('Announce').some(({ object }) => object === uri)
  await until('the relay to hear of it', carried, { explain: here.log })
}

/** Answers the Follow that the instance sent last. */
async function admit(here: Place, carrier: RemoteServer, relay: RemoteActor): Promise<void> {
  const relays = (state: string) => async () =>
    (await here.cli('relay', 'list')).filter((one: any) => one.state === state).length
  const before = await relays('accepted')()
  const wanted = await until('the Follow', () => carrier.received('Follow').at(before), { explain: here.log })
  await relay.post(here, activityOf(relay, 'Accept', { object: wanted.id }))
  await until('the Accept to be kept', async () => (await relays('accepted')()) > before)
}

async function carryTheirs({ here, there, relay }: Parties): Promise<void> {
  const [tess, tom] = await Promise.all([makeOurParticipant(here, 'tess'), makeOurParticipant(there, 'tom')])
  await here.cli('tags', 'follow', 'tess', 'tulips')
  const uri = await tom.post('Look at my #tulips')
  await relay.post(here, activityOf(relay, 'Announce', { object: uri }))
  assert.match((await sees(tess, uri)).text, /#tulips/)
}
