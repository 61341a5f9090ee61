import assert from 'node:assert/strict'
import { arrives } from './exchange.ts'
import type { Participant } from './participant.ts'

/** Who went follows along: they follow the new place, both by their books and by its, and the old one no longer. */
export async function followedAlong(
  follower: Participant,
  from: Participant,
  to: Participant,
): Promise<void> {
  await arrives('the Move', follower, async () => (await follower.following()).includes(to.actor))
  await arrives('the Follow', to, async () => (await to.followers()).includes(follower.actor))
  assert.ok(!(await follower.following()).includes(from.actor))
}
