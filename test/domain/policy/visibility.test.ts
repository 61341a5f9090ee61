import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context, TxContext } from '../../../src/context.ts'
import { maySee, visibilities } from '../../../src/domain/policy/visibility.ts'
import { getVisibleStatus } from '../../../src/domain/statuses/get-visible.ts'
import { findStatus, insertPost, insertRemoteStatuses, type Status } from '../../../src/store/statuses.ts'
import { upsertFollow, acceptFollow } from '../../../src/store/follows.ts'
import { upsertBlock } from '../../../src/store/blocks.ts'
import { transact } from '../../../src/db/transact.ts'
import { notBlockedBy, visibleTo } from '../../../src/store/visibility.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember, createStranger } from '../../support/people.ts'
import type { Actor } from '../../../src/store/actors.ts'

let world: TestContext
let ctx: Context
let people: Actor[]

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  people = [
    await createMember(ctx, 'alice'),
    await createMember(ctx, 'carol'),
    await createStranger(ctx, 'bob'),
    await createStranger(ctx, 'mallory'),
  ]
})
afterAll(() => world.close())

const person = fc.nat({ max: 3 })
const saying = fc.record({
  author: person,
  visibility: fc.constantFrom(...visibilities),
  audience: fc.uniqueArray(person),
  deleted: fc.boolean(),
  // Which of the sayings before it this one boosts, if any; `missing` is one that we do not have.
  boosts: fc.option(fc.oneof(fc.nat({ max: 11 }), fc.constant('missing' as const)), { freq: 2 }),
})
const blocking = fc.record({ blocker: person, target: person })
const following = fc.record({ follower: person, target: person, accepted: fc.boolean() })
const scene = fc.record({
  sayings: fc.array(saying, { minLength: 1, maxLength: 12 }),
  follows: fc.array(following, { maxLength: 8 }),
  blocks: fc.array(blocking, { maxLength: 5 }),
  // Who is hidden from everybody: those elsewhere, by a block of their domain or by their own server, or somebody by us.
  domainBlocked: fc.boolean(),
  suspendedThere: fc.option(person),
  suspended: fc.option(person),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

async function stage({ sayings, follows, blocks, ...hidden }: Scene): Promise<Status[]> {
  for (const table of ['posts', 'remoteStatuses', 'follows', 'blocks'] as const)
    await ctx.db.deleteFrom(table).execute()
  await stageHidden(hidden)
  return transact(ctx, async (tx) => {
    for (const drawn of follows) await stageFollow(tx, drawn)
    for (const { blocker, target } of blocks.filter((drawn) => drawn.blocker !== drawn.target))
      await upsertBlock(tx.db, { id: tx.newId(), actorId: at(blocker).id, targetId: at(target).id })
    const staged: Pick<Status, 'id' | 'actorId' | 'boostOfId'>[] = []
    for (const drawn of sayings) {
      const boostOfId = findBoosted(tx, drawn, staged)
      const actorId = at(drawn.author).id
      // Nobody boosts the same thing twice.
      if (staged.some((one) => boostOfId !== null && one.actorId === actorId && one.boostOfId === boostOfId))
        continue
      staged.push({ id: await stageSaying(tx, drawn, boostOfId), actorId, boostOfId })
    }
    return Promise.all(staged.map(async ({ id }) => (await findStatus(tx.db, id)) as Status))
  })
}

async function stageHidden(hidden: Pick<Scene, 'domainBlocked' | 'suspendedThere' | 'suspended'>) {
  for (const [index, { id, isLocal }] of people.entries()) {
    const changes = {
      domainBlocked: !isLocal && hidden.domainBlocked,
      suspendedThere: !isLocal && hidden.suspendedThere === index,
      suspendedAt: hidden.suspended === index ? ctx.now() : null,
    }
    await ctx.db.updateTable('actors').set(changes).where('id', '=', id).execute()
  }
}

async function stageFollow(tx: TxContext, { follower, target, accepted }: Scene['follows'][number]) {
  const [one, other] = [at(follower), at(target)]
  const ends = { followerId: one.id, targetId: other.id, followerUri: one.uri, inboxId: one.inboxId }
  const made = await upsertFollow(tx.db, { id: tx.newId(), state: 'pending', ...ends })
  if (accepted) await acceptFollow(tx.db, made.id, tx.now())
}

type Saying = Scene['sayings'][number]

function findBoosted(
  tx: TxContext,
  { boosts }: Saying,
  staged: readonly Pick<Status, 'id'>[],
): string | null {
  return boosts === 'missing' ? tx.newId() : (staged[boosts ?? -1]?.id ?? null)
}

async function stageSaying(tx: TxContext, drawn: Saying, boostOfId: string | null): Promise<string> {
  const { author, visibility, audience, deleted, boosts } = drawn
  const id = tx.newId()
  const deletedAt = deleted ? tx.now() : null
  const { isLocal, id: actorId } = at(author)
  const named = audience.map((index) => at(index).id)
  const boost = { boostOfId, boostOfUri: boosts === 'missing' ? 'https://away.example/lost' : null }
  const row = { id, actorId, visibility, audience: named, createdAt: tx.now(), deletedAt, ...boost }
  if (isLocal) await insertPost(tx.db, { ...row, mentions: '[]' })
  else await insertRemoteStatuses(tx.db, [{ ...row, uri: `https://away.example/${id}` }])
  return id
}

const at = (index: number): Actor => people[index] as Actor

test('One object and a list are judged alike, whoever looks', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (drawn) => {
      const statuses = await stage(drawn)
      for (const viewer of [undefined, ...people]) {
        const listed = await ctx.db.selectFrom('statuses').select('id').where(visibleTo(viewer?.id)).execute()
        const single = await keepVisible(statuses, viewer)
        expect(listed.map(({ id }) => id).toSorted()).toEqual(single.map(({ id }) => id).toSorted())
      }
    }),
    { numRuns: 40 },
  )
})

async function keepVisible(statuses: Status[], viewer: Actor | undefined): Promise<Status[]> {
  const answers = statuses.map((status) =>
    getVisibleStatus(ctx, status.id, viewer?.id).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'not_found', message: 'There is no such post.' })
      return []
    }),
  )
  return (await Promise.all(answers)).flat()
}

const status = {
  actorId: '1',
  audience: ['2'],
  deletedAt: null,
  boostOfId: null,
  boostOfUri: null,
  isAuthorHidden: false,
}
const cases = [
  // who looks: anybody, the author, somebody named, a follower, somebody else
  ['public', [true, true, true, true, true]],
  ['unlisted', [true, true, true, true, true]],
  ['private', [false, true, true, true, false]],
  ['direct', [false, true, true, false, false]],
] as const
const viewers = [
  undefined,
  { id: '1', followsAuthor: false, isBlocked: false },
  { id: '2', followsAuthor: false, isBlocked: false },
  { id: '3', followsAuthor: true, isBlocked: false },
  { id: '4', followsAuthor: false, isBlocked: false },
]
const boost = { ...status, actorId: '9', visibility: 'public' as const, boostOfId: '1' }

test.each(cases)('A %s status is seen by whom it is for', (visibility, expected) => {
  expect(viewers.map((viewer) => maySee({ ...status, visibility }, viewer))).toEqual(expected)
  const gone = { ...status, visibility, deletedAt: new Date() }
  expect(viewers.some((viewer) => maySee(gone, viewer))).toBe(false)
})

test.each(cases)('A boost shows a %s status to nobody whom that is not for', (visibility, expected) => {
  const original = { ...status, visibility }
  expect(viewers.map((viewer) => maySee(boost, viewer, { status: original, viewer }))).toEqual(expected)
  const gone = { ...original, deletedAt: new Date() }
  expect(viewers.some((viewer) => maySee(boost, viewer, { status: gone, viewer }))).toBe(false)
  expect(viewers.some((viewer) => maySee(boost, viewer))).toBe(false)
})

test.each(visibilities)('Nobody sees a %s status by somebody hidden, nor a boost of it', (visibility) => {
  const judged = { ...status, visibility, isAuthorHidden: true }
  expect(viewers.some((viewer) => maySee(judged, viewer))).toBe(false)
  expect(viewers.some((viewer) => maySee(boost, viewer, { status: judged, viewer }))).toBe(false)
})

test.each(visibilities)('Whom the author blocks sees no %s status, nor a boost of it', (visibility) => {
  const judged = { ...status, visibility, audience: ['3'] }
  const blocked = { id: '3', followsAuthor: true, isBlocked: true }
  expect(maySee(judged, blocked)).toBe(false)
  expect(maySee(boost, { ...blocked, isBlocked: false }, { status: judged, viewer: blocked })).toBe(false)
})

test('Lists leave out what those said whom the viewer blocks, and boosts of it', async () => {
  const said = { visibility: 'public' as const, audience: [], deleted: false, boosts: null }
  const [alice, carol] = people
  const [own, blockedSaying, boostOfBlocked, other] = await stage({
    sayings: [
      { ...said, author: 0 },
      { ...said, author: 2 },
      { ...said, author: 1, boosts: 1 },
      { ...said, author: 1 },
    ],
    follows: [],
    blocks: [{ blocker: 0, target: 2 }],
    domainBlocked: false,
    suspendedThere: null,
    suspended: null,
  })
  const listFor = async (viewer: Actor | undefined) => {
    const id = viewer?.id ?? ''
    const query = ctx.db.selectFrom('statuses').select('id').where(visibleTo(id)).where(notBlockedBy(id))
    return (await query.orderBy('id').execute()).map((row) => row.id)
  }
  const all = [own, blockedSaying, boostOfBlocked, other].map((one) => one?.id)
  expect(await listFor(alice)).toEqual([own?.id, other?.id])
  expect(await listFor(carol)).toEqual(all)
})
