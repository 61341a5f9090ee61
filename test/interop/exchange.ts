import assert from 'node:assert/strict'
import type { Instance } from '../support/instance.ts'
import { until } from '../support/until.ts'
import type { Participant } from './participant.ts'

export interface World {
  readonly instance: Instance
  /** On that instance. */
  readonly ours: Participant
  readonly theirs: Participant
}

export interface Step<In = World> {
  readonly name: string
  run(world: In): Promise<void>
}

/** What we and any server that speaks ActivityPub do with each other; each step builds on those before it. */
export const exchange: readonly Step[] = [
  { name: 'it follows us and keeps our Accept', run: ({ ours, theirs }) => follows(theirs, ours) },
  { name: 'our post reaches it', run: ({ ours, theirs }) => postReaches(ours, theirs) },
  { name: 'we follow it, it accepts and lists us', run: ({ ours, theirs }) => follows(ours, theirs) },
  { name: 'its post reaches us', run: ({ ours, theirs }) => postReaches(theirs, ours) },
  { name: 'its reply reaches us', run: ({ ours, theirs }) => replyReaches(theirs, ours) },
  { name: 'our reply reaches it', run: ({ ours, theirs }) => replyReaches(ours, theirs) },
]

/** Needs a handle without a port on both sides: not all software reads the other kind. */
export const mentions: readonly Step[] = [
  { name: 'our mention reaches it', run: ({ ours, theirs }) => mentionReaches(ours, theirs) },
  { name: 'its mention reaches us', run: ({ ours, theirs }) => mentionReaches(theirs, ours) },
]

export const ourChanges: readonly Step[] = [
  { name: 'our edit reaches it', run: ({ ours, theirs }) => editReaches(ours, theirs) },
  { name: 'our deletion reaches it', run: ({ ours, theirs }) => deletionReaches(ours, theirs) },
]

export const theirChanges: readonly Step[] = [
  { name: 'its edit reaches us', run: ({ ours, theirs }) => editReaches(theirs, ours) },
  { name: 'its deletion reaches us', run: ({ ours, theirs }) => deletionReaches(theirs, ours) },
]

/** Ends what `exchange` began. */
export const partings: readonly Step[] = [
  { name: 'it unfollows us and we forget it', run: ({ ours, theirs }) => unfollows(theirs, ours) },
  { name: 'we unfollow it and it forgets us', run: ({ ours, theirs }) => unfollows(ours, theirs) },
]

export async function follows(follower: Participant, followed: Participant): Promise<void> {
  await follower.follow(followed)
  await arrives('the Accept', follower, async () => (await follower.following()).includes(followed.actor))
  await arrives('the Follow', followed, async () => (await followed.followers()).includes(follower.actor))
}

async function unfollows(follower: Participant, followed: Participant): Promise<void> {
  await follower.unfollow(followed)
  await arrives('the Undo', followed, async () => !(await followed.followers()).includes(follower.actor))
}

async function postReaches(author: Participant, reader: Participant): Promise<void> {
  const uri = await author.post('Good morning!')
  assert.equal((await sees(reader, uri)).text, 'Good morning!')
}

async function replyReaches(author: Participant, reader: Participant): Promise<void> {
  const question = await reader.post('Who is there?')
  await sees(author, question)
  const answer = await sees(reader, await author.post('It is me.', { inReplyTo: question }))
  assert.match(answer.text, /It is me\./)
  assert.equal(answer.inReplyTo, question)
}

async function mentionReaches(author: Participant, reader: Participant): Promise<void> {
  const seen = await sees(reader, await author.post('Have you met', { mention: reader }))
  assert.match(seen.text, /Have you met/)
  assert.deepEqual(seen.mentions, [reader.actor])
}

async function editReaches(author: Participant, reader: Participant): Promise<void> {
  assert.ok(author.edit)
  const uri = await author.post('Befor')
  await sees(reader, uri)
  await author.edit(uri, 'After')
  await arrives('the edit', reader, async () => (await reader.see(uri))?.text === 'After')
}

async function deletionReaches(author: Participant, reader: Participant): Promise<void> {
  assert.ok(author.remove)
  const uri = await author.post('Never mind')
  await sees(reader, uri)
  await author.remove(uri)
  await arrives('the deletion', reader, async () => (await reader.see(uri)) === undefined)
}

/** Waits until the post is there for that reader; as long as a killed worker's delivery may take, and more. */
export async function sees(reader: Participant, uri: string) {
  return until(`${reader.acct} to see ${uri}`, () => reader.see(uri), { seconds: 100, explain: reader.log })
}

export async function arrives(what: string, at: Participant, look: () => Promise<boolean>): Promise<void> {
  await until(`${what} to arrive at ${at.acct}`, look, { seconds: 60, explain: at.log })
}
