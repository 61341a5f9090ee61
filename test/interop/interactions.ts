import assert from 'node:assert/strict'
import { arrives, sees } from './exchange.ts'
import type { Step, World } from './exchange.ts'
import type { Companion, Counts } from './participant.ts'

/** Two who do things with each other's posts. */
export interface Company extends World {
  readonly ours: Companion
  readonly theirs: Companion
}

/** What those who follow each other do with posts, and take back; each is seen where the post comes from. */
export const interactions: readonly Step<Company>[] = [
  { name: 'its like reaches us, and is taken back', run: ({ ours, theirs }) => likeReaches(theirs, ours) },
  { name: 'our like reaches it, and is taken back', run: ({ ours, theirs }) => likeReaches(ours, theirs) },
  { name: 'its boost reaches us, and is taken back', run: ({ ours, theirs }) => boostEnds(theirs, ours) },
  { name: 'our boost reaches it', run: async ({ ours, theirs }) => void (await boostReaches(ours, theirs)) },
]

async function likeReaches(admirer: Companion, author: Companion): Promise<void> {
  const uri = await newPost(author, admirer, 'To be liked')
  await admirer.like(uri)
  await counted(author, uri, { likes: 1, boosts: 0 })
  await admirer.unlike(uri)
  await counted(author, uri, { likes: 0, boosts: 0 })
}

export async function boostReaches(admirer: Companion, author: Companion): Promise<string> {
  const uri = await newPost(author, admirer, 'To be boosted')
  await admirer.boost(uri)
  await counted(author, uri, { likes: 0, boosts: 1 })
  return uri
}

async function boostEnds(admirer: Companion, author: Companion): Promise<void> {
  const uri = await boostReaches(admirer, author)
  await admirer.unboost(uri)
  await counted(author, uri, { likes: 0, boosts: 0 })
}

/** Two options, the second chosen. */
export async function voteReaches(voter: Companion, author: Companion): Promise<string> {
  const uri = await author.ask('Tea or coffee?', ['Tea', 'Coffee'])
  await sees(voter, uri)
  assert.deepEqual(await voter.poll(uri), { options: ['Tea', 'Coffee'], votes: [0, 0], closed: false })
  await voter.vote(uri, 1)
  await arrives('the vote', author, async () => String((await author.poll(uri)).votes) === '0,1')
  return uri
}

export async function newPost(author: Companion, reader: Companion, text: string): Promise<string> {
  const uri = await author.post(text)
  await sees(reader, uri)
  return uri
}

export async function counted(author: Companion, uri: string, expected: Counts): Promise<void> {
  const { likes, boosts } = expected
  await arrives(`likes ${likes}, boosts ${boosts}`, author, async () => {
    const seen = await author.counts(uri)
    return seen.likes === likes && seen.boosts === boosts
  })
}
