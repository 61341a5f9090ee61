import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import type { Actor } from '../../src/store/actors.ts'
import { receiveNote } from '../../src/domain/statuses/receive-note.ts'
import { acceptFollow, findFollowBetween } from '../../src/store/follows.ts'
import { checkAll } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { draftNote } from '../support/note-draft.ts'
import { createStranger, showEverybody, type Stranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let [alice, bob, carol, dora] = [] as unknown as [ApiMember, ApiMember, ApiMember, ApiMember]

let aheadMs = 0

beforeAll(async () => {
  server = await startServer({ parts: { now: () => new Date(Date.now() + aheadMs) } })
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
  carol = await signUp(server, 'carol')
  dora = await signUp(server, 'dora')
  await showEverybody(server.ctx)
  await follow(alice, bob.actor)
  await follow(bob, carol.actor)
  await follow(dora, carol.actor)
})
afterAll(() => server?.[Symbol.asyncDispose]())

const follow = ({ actor }: ApiMember, target: Actor) => followActor(server.ctx, actor, target)
const say = (author: Stranger) =>
  receiveNote(server.ctx, { note: draftNote(author), author, recipientId: null, wanted: true })
const hide = (member: ApiMember, hidden: boolean) =>
  member.call('PATCH', '/api/v1/accounts/update_credentials', { hide_collections: hidden })

/** A follow that the other server has accepted. */
async function befriend(follower: Actor, target: Actor): Promise<void> {
  await followActor(server.ctx, follower, target)
  const asked = await findFollowBetween(server.ctx.db, follower.id, target.id)
  await server.ctx.db.transaction().execute((tx) => acceptFollow(tx, asked!.id, new Date()))
}

async function suggested(member: ApiMember): Promise<{ name: string; sources: string[] }[]> {
  const found = checkAll('SuggestionV2', await member.get('/api/v2/suggestions')) as any[]
  return found.map(({ account, sources }) => ({ name: account.acct, sources }))
}

async function familiar(member: ApiMember, id: string): Promise<string[]> {
  const [found] = await member.get(`/api/v1/accounts/familiar_followers?id=${id}`)
  return found.accounts.map(({ acct }: { acct: string }) => acct)
}

test('Whom somebody follows who hides it is suggested to nobody for that', async () => {
  const ofFriends = { name: 'carol', sources: ['friends_of_friends'] }
  expect(await suggested(alice)).toContainEqual(ofFriends)
  await hide(bob, true)
  expect(await suggested(alice)).not.toContainEqual(ofFriends)
  await hide(bob, false)
  expect(await suggested(alice)).toContainEqual(ofFriends)
})

test('Who follows an account that hides its followers is familiar to nobody but that account', async () => {
  expect(await familiar(alice, carol.actor.id)).toEqual(['bob'])
  await hide(carol, true)
  expect(await familiar(alice, carol.actor.id)).toEqual([])
  await follow(carol, bob.actor)
  expect(await familiar(carol, carol.actor.id)).toEqual(['bob'])
  await hide(carol, false)
  await server.ctx.db
    .updateTable('accounts')
    .set({ suspendedAt: new Date() })
    .where('id', '=', bob.actor.id)
    .execute()
  expect(await familiar(alice, carol.actor.id)).toEqual([])
  await server.ctx.db
    .updateTable('accounts')
    .set({ suspendedAt: null })
    .where('id', '=', bob.actor.id)
    .execute()
})

test('Who follows nobody is shown who says something and is followed, of those who want to be found', async () => {
  const { ctx } = server
  const far = await createStranger(ctx, 'far', { discoverable: true })
  const known = await createStranger(ctx, 'known', { discoverable: true })
  const shy = await createStranger(ctx, 'shy', { discoverable: false })
  for (const author of [far, known, shy]) await say(author)
  const shut = await signUp(server, 'shut')
  await shut.call('PATCH', '/api/v1/accounts/update_credentials', { locked: true })
  for (const { actor } of [carol, dora, shut])
    await createPost(ctx, actor, { text: 'Hi', visibility: 'public' })
  for (const member of [alice, bob]) for (const target of [known, shy]) await befriend(member.actor, target)
  const newcomer = await signUp(server, 'newcomer')
  aheadMs += 11 * 60_000
  const popular = (name: string) => ({ name, sources: ['most_followed'] })
  expect(await suggested(newcomer)).toEqual([
    popular('known@away.example'),
    popular('carol'),
    popular('dora'),
  ])
  await newcomer.call('DELETE', `/api/v1/suggestions/${carol.actor.id}`)
  await newcomer.call('POST', `/api/v1/accounts/${dora.actor.id}/block`)
  expect(await suggested(newcomer)).toEqual([popular('known@away.example')])
})
