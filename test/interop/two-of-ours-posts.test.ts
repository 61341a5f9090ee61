import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { arrives, follows, sees } from './exchange.ts'
import type { Step } from './exchange.ts'
import { interactions, newPost, voteReaches } from './interactions.ts'
import type { Company } from './interactions.ts'
import { makeOurParticipant } from './ours.ts'
import { endPolls, startPlace } from './place.ts'
import type { Place } from './place.ts'

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'

/** Alice here, bob there. */
interface Pair extends Company {
  readonly here: Place
  readonly there: Place
}

const steps: readonly Step<Pair>[] = [
  { name: 'what is pinned and featured is seen on the first follow', run: seeFeatured },
  ...interactions,
  { name: 'an emoji is counted, and taken back', run: react },
  { name: 'a vote is counted, and the result told at the end', run: vote },
  { name: 'a quote is granted, and what was granted is taken back', run: quote },
  { name: 'a quote against the policy of its author is not granted', run: refuseQuote },
  { name: 'every version of an edited post is kept', run: edit },
]

describe('what is done with posts of two instances of ours', { timeout: 120_000 }, () => {
  const belongings = new AsyncDisposableStack()
  let pair: Pair

  beforeAll(async () => {
    const [here, there] = await Promise.all([startPlace(belongings), startPlace(belongings)])
    const [ours, theirs] = await Promise.all([
      makeOurParticipant(here, 'alice'),
      makeOurParticipant(there, 'bob'),
    ])
    pair = { instance: here, here, there, ours, theirs }
  }, 120_000)
  afterAll(() => belongings.disposeAsync(), 60_000)

  for (const step of steps) test(step.name, () => step.run(pair))
})

async function seeFeatured({ here, there, ours, theirs }: Pair): Promise<void> {
  const uri = await ours.post('The best of me')
  await here.cli('posts', 'pin', 'alice', uri)
  await here.cli('tags', 'feature', 'alice', 'tulips')
  await Promise.all([follows(theirs, ours), follows(ours, theirs)])
  const pinned = `select status.uri from featured_statuses join actors on actors.id = actor_id
    join remote_statuses as status on status.id = status_id where actors.uri = $1`
  const tags = 'select tag from featured_tags join actors on actors.id = actor_id where uri = $1'
  await arrives('the pin', theirs, async () => (await there.query(pinned, ours.actor)).length > 0)
  assert.deepEqual(await there.query(pinned, ours.actor), [{ uri }])
  await arrives('the tag', theirs, async () => (await there.query(tags, ours.actor)).length > 0)
  assert.deepEqual(await there.query(tags, ours.actor), [{ tag: 'tulips' }])
}

async function react({ here, there, ours, theirs }: Pair): Promise<void> {
  const uri = await newPost(ours, theirs, 'Party')
  const reactions = async () => (await here.cli('posts', 'show', 'alice', uri)).reactions
  await there.cli('posts', 'react', 'bob', uri, '🎉')
  await arrives('the emoji', ours, async () => (await reactions()).length > 0)
  assert.deepEqual(await reactions(), [{ name: '🎉', emoji_url: null, count: 1, mine: false }])
  await there.cli('posts', 'unreact', 'bob', uri, '🎉')
  await arrives('the Undo', ours, async () => (await reactions()).length === 0)
}

async function vote({ here, ours, theirs }: Pair): Promise<void> {
  const uri = await voteReaches(theirs, ours)
  await endPolls(here)
  await arrives('the result', theirs, async () => (await theirs.poll(uri)).closed)
  assert.deepEqual((await theirs.poll(uri)).votes, [0, 1])
}

async function quote({ here, there, ours, theirs }: Pair): Promise<void> {
  const quoted = await newPost(ours, theirs, 'Quote me')
  const { uri } = await there.cli('post', 'bob', 'So said alice', '--quote', quoted)
  const quoteThere = async () => (await there.cli('posts', 'show', 'bob', uri)).quote
  const quoteHere = async () => (await here.cli('posts', 'show', 'alice', uri)).quote
  const is = (state: string, look: () => Promise<unknown>) => async () =>
    JSON.stringify(await look()) === JSON.stringify({ state, uri: quoted })
  await arrives('the consent', theirs, is('accepted', quoteThere))
  await sees(ours, uri)
  await arrives('the quote', ours, is('accepted', quoteHere))
  await here.cli('posts', 'revoke-quote', 'alice', uri)
  await arrives('the revocation', theirs, is('revoked', quoteThere))
  // Whose quote was taken back says nothing more of it.
  await arrives('the post without it', ours, async () => (await quoteHere()) === null)
}

async function refuseQuote({ here, there, theirs }: Pair): Promise<void> {
  const { uri: quoted } = await here.cli('post', 'alice', 'Leave me alone', '--quote-policy', 'nobody')
  await sees(theirs, quoted)
  await assert.rejects(there.cli('post', 'bob', 'So said alice', '--quote', quoted))
  // As from a server that does not look at policies.
  const policy = JSON.stringify({ canQuote: { automatic: [PUBLIC], manual: [] } })
  await there.query('update remote_statuses set interaction_policy = $1 where uri = $2', policy, quoted)
  const { uri } = await there.cli('post', 'bob', 'So said alice', '--quote', quoted)
  const state = async () => (await there.cli('posts', 'show', 'bob', uri)).quote.state
  await arrives('the refusal', theirs, async () => (await state()) === 'rejected')
}

async function edit({ there, ours, theirs }: Pair): Promise<void> {
  const uri = await newPost(ours, theirs, 'One')
  for (const text of ['Two', 'Three']) {
    await ours.edit(uri, text)
    await arrives(text, theirs, async () => (await theirs.see(uri))?.text === text)
  }
  const versions: any[] = await there.cli('posts', 'history', 'bob', uri)
  assert.deepEqual(
    versions.map(({ text }) => text),
    ['One', 'Two', 'Three'],
  )
}
