import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { approveFollow } from '../../../src/domain/follows/answer-follow.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveAccept, receiveReject } from '../../../src/domain/follows/receive-answer.ts'
import { lockAccount } from '../../../src/domain/accounts/lock-account.ts'
import { createList } from '../../../src/domain/lists/keep-list.ts'
import { addToList } from '../../../src/domain/lists/list-members.ts'
import { carryChoices } from '../../../src/domain/moving/carry-choices.ts'
import { muteActor } from '../../../src/domain/mutes/mute-actor.ts'
import { noteActor } from '../../../src/domain/notes/note-actor.ts'
import { isBlocking } from '../../../src/store/blocks.ts'
import { insertEndorsement } from '../../../src/store/endorsements.ts'
import { updateFollowChoices } from '../../../src/store/follow-choices.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { receiveBlock } from '../../../src/domain/moderation/receive-block.ts'
import { moveFollowers } from '../../../src/domain/moving/move-followers.ts'
import { insertAccount, type Actor } from '../../../src/store/actors.ts'
import { acceptFollow, findFollowBetween, upsertFollow } from '../../../src/store/follows.ts'
import { markRemoteMove, setAccountMove } from '../../../src/store/moves.ts'
import { transact } from '../../../src/db/transact.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let former: Stranger
let present: Stranger

beforeEach(async () => {
  world = await createTestContext()
  ctx = world.ctx
  former = await createStranger(ctx, 'former')
  present = await createStranger(ctx, 'present', { domain: 'new.example', locked: false })
})
afterEach(() => world.close())

/** Members without keys and passwords, who follow whoever will move. */
async function createFollowers(count: number): Promise<Actor[]> {
  return transact(ctx, async (tx) => {
    const made: Actor[] = []
    for (let index = 0; index < count; index++) {
      const id = tx.newId()
      const names = { username: `fan${index}`, displayName: `fan${index}`, type: 'Person' }
      const account = await insertAccount(tx.db, { ...names, id, createdAt: tx.now() })
      const ends = { followerId: id, targetId: former.id, targetUri: former.uri }
      const { id: followId } = await upsertFollow(tx.db, { id: tx.newId(), ...ends, state: 'pending' })
      await acceptFollow(tx.db, followId, tx.now())
      made.push(account)
    }
    return made
  })
}

const markMoved = (to: { id: string; uri: string | null }) => {
  const [at, place] = [ctx.now(), { id: to.id, uri: to.uri ?? '' }]
  return transact(ctx, (tx) => markRemoteMove(tx.db, former.id, place, { at, notSince: at }))
}

type Moving = Parameters<typeof moveFollowers>[1]
const from = (after: string | null = null): Moving => ({ actorId: former.id, targetId: present.id, after })
const count = (targetId: string) =>
  ctx.db
    .selectFrom('follows')
    .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
    .where('targetId', '=', targetId)
    .groupBy('state')
    .execute()
const jobsOf = async (name: string) => (await listJobs(ctx.db)).filter((job) => job.name === name)

test('Followers go a hundred at a time, and whoever went is not asked for again', async () => {
  await createFollowers(203)
  let next = from()
  for (const left of [103, 3, 0]) {
    await moveFollowers(ctx, next)
    expect(await count(present.id)).toEqual([{ state: 'pending', n: String(203 - left) }])
    expect(await count(former.id)).toEqual(left === 0 ? [] : [{ state: 'accepted', n: String(left) }])
    const job = (await jobsOf('actor.moved')).at(-1)
    if (job !== undefined) next = job.data as Moving
  }
  expect(await jobsOf('actor.moved')).toHaveLength(2)
  await moveFollowers(ctx, from())
  expect(await jobsOf('follow.requested')).toHaveLength(203)
  expect(await jobsOf('follow.undone')).toHaveLength(203)
})

test('The old place is followed until a locked new one answers, and left once it lets a member in', async () => {
  const locked = await createStranger(ctx, 'locked', { domain: 'new.example', locked: true })
  const [asked, refused] = await createFollowers(2)
  await markMoved(locked)
  const moving = { ...from(), targetId: locked.id }
  for (const _ of [1, 2]) await moveFollowers(ctx, moving)
  expect(await count(locked.id)).toEqual([{ state: 'pending', n: '2' }])
  expect(await count(former.id)).toEqual([{ state: 'accepted', n: '2' }])
  expect(await jobsOf('follow.requested')).toHaveLength(2)
  const idOf = async (who: Actor) => (await findFollowBetween(ctx.db, who.id, locked.id))!.id
  await receiveReject(ctx, { from: locked, followId: await idOf(refused!) })
  for (const _ of [1, 2]) await receiveAccept(ctx, { from: locked, followId: await idOf(asked!) })
  expect(await findFollowBetween(ctx.db, asked!.id, former.id)).toBeUndefined()
  expect(await findFollowBetween(ctx.db, refused!.id, former.id)).toMatchObject({ state: 'accepted' })
  expect(await jobsOf('follow.undone')).toHaveLength(1)
})

test('A member of ours who approves whoever comes along ends their old follow as well', async () => {
  const home = await createMember(ctx, 'home')
  await lockAccount(ctx, home, true)
  const [fan] = await createFollowers(1)
  await markMoved({ id: home.id, uri: 'https://here.example/users/home' })
  await moveFollowers(ctx, { ...from(), targetId: home.id })
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toMatchObject({ state: 'accepted' })
  await approveFollow(ctx, home, fan!.id)
  expect(await findFollowBetween(ctx.db, fan!.id, home.id)).toMatchObject({ state: 'accepted' })
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toBeUndefined()
})

test('A follow goes along with what was chosen for it, the lists and the recommendation, once', async () => {
  const [fan] = await createFollowers(1)
  const choices = { showsBoosts: false, notifies: true, languages: ['de', 'en'] }
  await transact(ctx, (tx) => updateFollowChoices(tx.db, fan!.id, former.id, choices))
  const list = await createList(ctx, fan!, { title: 'Friends' })
  await addToList(ctx, fan!, list.id, [former.id])
  await transact(ctx, (tx) =>
    insertEndorsement(tx.db, {
      id: tx.newId(),
      accountId: fan!.id,
      targetId: former.id,
      targetUri: former.uri,
    }),
  )
  for (const _ of [1, 2]) await moveFollowers(ctx, from())
  expect(await findFollowBetween(ctx.db, fan!.id, present.id)).toMatchObject(choices)
  const listed = await ctx.db.selectFrom('listMembers').selectAll().execute()
  expect(listed).toMatchObject([{ listId: list.id, targetId: present.id, targetUri: present.uri }])
  const endorsed = await ctx.db.selectFrom('endorsements').select(['accountId', 'targetUri']).execute()
  expect(endorsed).toEqual([{ accountId: fan!.id, targetUri: present.uri }])
})

test('Notes, mutes and blocks hold for the new place too, of members who do not follow as well', async () => {
  const [noting, muting, blocking, choosing] = await Promise.all(
    ['noting', 'muting', 'blocking', 'choosing'].map((name) => createMember(ctx, name)),
  )
  await noteActor(ctx, noting!, former, 'Met in Berlin')
  await noteActor(ctx, noting!, present, 'Sings')
  await muteActor(ctx, muting!, former, { hidesNotifications: false, seconds: 3600 })
  for (const who of [blocking!, choosing!]) await blockActor(ctx, who, former)
  await followActor(ctx, choosing!, present)
  await moveFollowers(ctx, from())
  const [carried] = await jobsOf('actor.carried')
  expect(carried?.data).toEqual({ actorId: former.id, targetId: present.id, after: '0' })
  for (const _ of [1, 2]) await carryChoices(ctx, carried!.data as Parameters<typeof carryChoices>[1])
  const about = { targetId: present.id, targetUri: present.uri }
  const notes = await ctx.db
    .selectFrom('accountNotes')
    .selectAll()
    .where('targetId', '=', present.id)
    .execute()
  expect(notes).toEqual([{ ...about, accountId: noting!.id, comment: 'Sings\n\nMet in Berlin' }])
  const mutes = await ctx.db.selectFrom('mutes').selectAll().where('targetId', '=', present.id).execute()
  expect(mutes).toMatchObject([{ ...about, accountId: muting!.id, hidesNotifications: false }])
  expect(mutes[0]!.expiresAt).toBeInstanceOf(Date)
  expect(await isBlocking(ctx.db, blocking!.id, present.id)).toBe(true)
  expect(await isBlocking(ctx.db, choosing!.id, present.id)).toBe(false)
  expect(await jobsOf('actor.blocked')).toHaveLength(3)
})

test('Stay behind: who is blocked either way, who left and who moved', async () => {
  const [blocker, blocked, moved, suspended, fan] = await createFollowers(5)
  await blockActor(ctx, blocker!, present)
  await receiveBlock(ctx, { by: present, target: blocked!, uri: `${present.uri}/block` })
  await transact(ctx, (tx) =>
    setAccountMove(tx.db, moved!.id, { id: '1', uri: 'https://x.example/1' }, tx.now()),
  )
  await ctx.db
    .updateTable('accounts')
    .set({ suspendedAt: ctx.now() })
    .where('id', '=', suspended!.id)
    .execute()
  await moveFollowers(ctx, from())
  expect(await findFollowBetween(ctx.db, fan!.id, present.id)).toMatchObject({ state: 'pending' })
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toBeUndefined()
  for (const other of [blocker, blocked, moved, suspended]) {
    expect(await findFollowBetween(ctx.db, other!.id, present.id)).toBeUndefined()
    expect(await findFollowBetween(ctx.db, other!.id, former.id)).toMatchObject({ state: 'accepted' })
  }
})

test('A place that is gone meanwhile is not followed; followers elsewhere are not ours to move', async () => {
  const [fan] = await createFollowers(1)
  const stranger = await createStranger(ctx, 'stranger')
  await receiveFollow(ctx, { follower: stranger, target: fan!, activityUri: `${stranger.uri}/f` })
  await ctx.db
    .updateTable('remoteActors')
    .set({ deletedAt: ctx.now() })
    .where('id', '=', present.id)
    .execute()
  await moveFollowers(ctx, from())
  expect(await findFollowBetween(ctx.db, fan!.id, former.id)).toMatchObject({ state: 'accepted' })
  await moveFollowers(ctx, { actorId: fan!.id, targetId: former.id, after: null })
  expect(await findFollowBetween(ctx.db, stranger.id, fan!.id)).toMatchObject({ state: 'accepted' })
  expect(await findFollowBetween(ctx.db, stranger.id, former.id)).toBeUndefined()
})
