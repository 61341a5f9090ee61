import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { closePoll } from '../../../src/domain/polls/close-poll.ts'
import type { PollInput } from '../../../src/domain/polls/check-poll.ts'
import { receiveVote } from '../../../src/domain/polls/receive-vote.ts'
import { vote } from '../../../src/domain/polls/vote.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { editPost } from '../../../src/domain/statuses/edit-post.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findPoll, listVotesOf } from '../../../src/store/polls.ts'
import { findStatus } from '../../../src/store/statuses.ts'
import { createTestContext, testOrigin, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
/** What the clock of the server says. */
let now = new Date('2026-11-20T12:00:00Z')
let alice: Actor
let carol: Actor
let dave: Actor
let bob: Stranger

beforeAll(async () => {
  world = await createTestContext({ now: () => now })
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
  carol = await createMember(ctx, 'carol')
  dave = await createMember(ctx, 'dave')
  bob = await createStranger(ctx, 'bob')
})
afterAll(() => world.close())

const tea: PollInput = { options: ['Tea', 'Coffee', 'Water'], multiple: false, endsInSeconds: 3600 }

async function ask(changes: Partial<PollInput> = {}, visibility: 'public' | 'private' = 'public') {
  const { id } = await createPost(ctx, alice, { text: 'What?', visibility, poll: { ...tea, ...changes } })
  return id
}
const counts = async (id: string) => {
  const poll = await findPoll(ctx.db, id)
  return poll && { votes: poll.votes, voters: poll.voters }
}
const receive = (id: string, name: string, voter: Actor = bob) =>
  receiveVote(ctx, { name, inReplyTo: `${testOrigin}/users/alice/statuses/${id}`, voter })
const jobsOf = async (id: string) =>
  (await listJobs(ctx.db)).flatMap(({ name, data }) =>
    (data as { statusId?: string }).statusId === id ? [name] : [],
  )
/** Later, and then as before. */
async function later<T>(seconds: number, act: () => Promise<T>): Promise<T> {
  const before = now
  now = new Date(now.getTime() + seconds * 1000)
  try {
    return await act()
  } finally {
    now = before
  }
}

describe('a poll of ours', () => {
  test('is stored with its post, and its end is planned', async () => {
    const id = await ask({ options: [' Tea ', 'Iced\ntea'] })
    expect(await findStatus(ctx.db, id)).toMatchObject({ type: 'Question' })
    expect(await findPoll(ctx.db, id)).toEqual({
      statusId: id,
      multiple: false,
      hideTotals: false,
      options: ['Tea', 'Iced tea'],
      votes: ['0', '0'],
      voters: '0',
      endsAt: new Date('2026-11-20T13:00:00Z'),
      closedAt: null,
      checkedAt: null,
    })
    expect((await jobsOf(id)).toSorted()).toEqual(['poll.closed', 'status.created'])
  })

  test.each<[string, Partial<PollInput>]>([
    ['one option', { options: ['Tea'] }],
    ['eleven options', { options: Array.from({ length: 11 }, (_, n) => `${n}`) }],
    ['one option and an empty one', { options: ['Tea', ' \n'] }],
    ['an option of 101 characters', { options: ['Tea', 'x'.repeat(101)] }],
    ['an option that others would cut', { options: ['Tea', '👩‍👩‍👧‍👦'.repeat(100)] }],
    ['the same option twice', { options: ['Tea', 'Tea '] }],
    ['four minutes', { endsInSeconds: 240 }],
    ['two months', { endsInSeconds: 60 * 86_400 }],
    ['no time', { endsInSeconds: Number.NaN }],
  ])('does not have %s', async (_, changes) => {
    await expect(ask(changes)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('has the options that say something', async () => {
    const id = await ask({ options: ['Tea', '', ' Coffee', ' \n', ''] })
    expect(await findPoll(ctx.db, id)).toMatchObject({ options: ['Tea', 'Coffee'], votes: ['0', '0'] })
    const most = Array.from({ length: 10 }, (_, n) => `${n}`)
    expect(await findPoll(ctx.db, await ask({ options: [...most, ' '] }))).toMatchObject({ options: most })
  })

  test('leaves nothing when its post is taken back', async () => {
    const id = await ask()
    await vote(ctx, carol, id, [0])
    await deletePost(ctx, alice, id)
    expect(await findPoll(ctx.db, id)).toBeUndefined()
    expect(await listVotesOf(ctx.db, id, carol.id)).toEqual([])
    expect(await receive(id, 'Tea')).toBe('ignored')
  })
})

describe('one of us votes', () => {
  test('once, and everybody is told soon, together with those who vote meanwhile', async () => {
    const id = await ask()
    await vote(ctx, carol, id, [1])
    await vote(ctx, dave, id, [1])
    expect(await counts(id)).toEqual({ votes: ['0', '2', '0'], voters: '2' })
    await expect(vote(ctx, carol, id, [0])).rejects.toMatchObject({ code: 'invalid' })
    expect(await counts(id)).toEqual({ votes: ['0', '2', '0'], voters: '2' })
    expect((await jobsOf(id)).filter((name) => name === 'poll.voted')).toHaveLength(1)
  })

  test('for several options where that is offered, as one voter', async () => {
    const id = await ask({ multiple: true })
    await vote(ctx, carol, id, [0, 2])
    expect(await counts(id)).toEqual({ votes: ['1', '0', '1'], voters: '1' })
  })

  test.each<[string, number[], boolean]>([
    ['nothing', [], false],
    ['two of one', [0, 1], false],
    ['the same twice', [1, 1], true],
    ['what is not there', [3], false],
    ['half an option', [0.5], false],
    ['less than nothing', [-1], false],
  ])('not for %s', async (_, choices, multiple) => {
    const id = await ask({ multiple })
    await expect(vote(ctx, carol, id, choices)).rejects.toMatchObject({ code: 'invalid' })
    expect(await counts(id)).toEqual({ votes: ['0', '0', '0'], voters: '0' })
  })

  test('not in their own poll, not where there is none, and not where they may not look', async () => {
    const id = await ask()
    await expect(vote(ctx, alice, id, [0])).rejects.toMatchObject({ code: 'invalid' })
    const secret = await ask({}, 'private')
    await expect(vote(ctx, carol, secret, [0])).rejects.toMatchObject({ code: 'not_found' })
    const plain = await createPost(ctx, alice, { text: 'No poll', visibility: 'public' })
    await expect(vote(ctx, carol, plain.id, [0])).rejects.toMatchObject({ code: 'not_found' })
  })

  test('not when the poll is over, whether or not anybody has noticed', async () => {
    const id = await ask()
    await expect(later(3600, () => vote(ctx, carol, id, [0]))).rejects.toMatchObject({ code: 'invalid' })
    await later(3600, () => transact(ctx, (tx) => closePoll(tx, id)))
    await expect(vote(ctx, carol, id, [0])).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('somebody elsewhere votes', () => {
  test('and the first choice stands, however often it comes', async () => {
    const id = await ask()
    expect(await receive(id, 'Tea')).toBe('counted')
    expect(await receive(id, 'Tea')).toBe('ignored')
    expect(await receive(id, 'Coffee')).toBe('ignored')
    expect(await counts(id)).toEqual({ votes: ['1', '0', '0'], voters: '1' })
  })

  test('with one vote for each choice where several may be made', async () => {
    const id = await ask({ multiple: true })
    for (const name of ['Tea', 'Water', 'Tea']) await receive(id, name)
    expect(await counts(id)).toEqual({ votes: ['1', '0', '1'], voters: '1' })
  })

  test('at the same moment twice, and is counted once', async () => {
    const id = await ask()
    const outcomes = await Promise.all([receive(id, 'Tea'), receive(id, 'Coffee')])
    expect(outcomes.toSorted()).toEqual(['counted', 'ignored'])
    expect((await counts(id))?.voters).toBe('1')
  })

  test('in vain for what is no option, after the end, and where they may not look', async () => {
    const id = await ask()
    expect(await receive(id, 'Milk')).toBe('ignored')
    expect(await later(3600, () => receive(id, 'Tea'))).toBe('ignored')
    const secret = await ask({}, 'private')
    expect(await receive(secret, 'Tea')).toBe('ignored')
    expect(await counts(secret)).toEqual({ votes: ['0', '0', '0'], voters: '0' })
  })
})

describe('its end', () => {
  test('comes once, and not before its time', async () => {
    const id = await ask()
    const close = () => transact(ctx, (tx) => closePoll(tx, id))
    expect(await close()).toBe(false)
    expect(await later(3600, close)).toBe(true)
    expect(await later(7200, close)).toBe(false)
    expect((await findPoll(ctx.db, id))?.closedAt).toEqual(new Date('2026-11-20T13:00:00Z'))
  })
})

describe('an edit', () => {
  test('of the text leaves the poll and its votes', async () => {
    const id = await ask()
    await vote(ctx, carol, id, [0])
    await editPost(ctx, alice, id, { text: 'What then?' })
    expect(await counts(id)).toEqual({ votes: ['1', '0', '0'], voters: '1' })
    expect(await findStatus(ctx.db, id)).toMatchObject({ type: 'Question', source: 'What then?' })
  })

  test('of the options begins the count anew', async () => {
    const id = await ask()
    await vote(ctx, carol, id, [0])
    await editPost(ctx, alice, id, { text: 'What?', poll: { ...tea, options: ['Tea', 'Milk'] } })
    expect(await counts(id)).toEqual({ votes: ['0', '0'], voters: '0' })
    await vote(ctx, carol, id, [1])
    expect(await counts(id)).toEqual({ votes: ['0', '1'], voters: '1' })
  })

  test('of the time alone is no other version, and keeps the votes; the former end passes by', async () => {
    const id = await ask()
    await vote(ctx, carol, id, [0])
    await editPost(ctx, alice, id, { text: 'What?', poll: { ...tea, endsInSeconds: 7200 } })
    expect(await counts(id)).toEqual({ votes: ['1', '0', '0'], voters: '1' })
    expect((await findStatus(ctx.db, id))?.editedAt).toBeNull()
    expect(await later(3600, () => transact(ctx, (tx) => closePoll(tx, id)))).toBe(false)
    await later(3600, () => vote(ctx, dave, id, [0]))
  })

  test('takes the poll away, or adds one', async () => {
    const id = await ask()
    await editPost(ctx, alice, id, { text: 'What?', poll: null })
    expect(await findPoll(ctx.db, id)).toBeUndefined()
    expect((await findStatus(ctx.db, id))?.type).toBe('Note')
    await editPost(ctx, alice, id, { text: 'What?', poll: tea })
    expect(await counts(id)).toEqual({ votes: ['0', '0', '0'], voters: '0' })
    expect((await findStatus(ctx.db, id))?.type).toBe('Question')
  })
})
