import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import type { NoteDraft, PollDraft } from '../../../src/domain/drafts.ts'
import { learnResult, refreshPoll } from '../../../src/domain/polls/refresh-poll.ts'
import { vote } from '../../../src/domain/polls/vote.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNoteUpdate } from '../../../src/domain/statuses/receive-note-update.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Absence } from '../../../src/domain/remote/remote-world.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findPoll, listVotesOf } from '../../../src/store/polls.ts'
import { listStatusEdits } from '../../../src/store/status-edits.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../../support/people.ts'

const start = new Date('2026-11-20T12:00:00Z')
const end = new Date('2026-11-20T13:00:00Z')

let world: TestContext
let ctx: Context
let now = start
let alice: Actor
let bob: Stranger
let mallory: Stranger
/** What the server of the poll answers, and how often it was asked. */
let answer: NoteDraft | Absence
let asked: string[] = []

beforeAll(async () => {
  world = await createTestContext({ now: () => now })
  const askNote = async (uri: string) => {
    asked.push(uri)
    return answer
  }
  ctx = { ...world.ctx, remote: { ...world.ctx.remote, askNote } }
  alice = await createMember(ctx, 'alice')
  bob = await createStranger(ctx, 'bob')
  mallory = await createStranger(ctx, 'mallory')
})
afterAll(() => world.close())

let serial = 0
let id = ''
let uri = ''

beforeEach(async () => {
  now = start
  answer = 'unavailable'
  asked = []
  uri = `${bob.uri}/statuses/${++serial}`
  await receiveNote(ctx, { note: question(), author: bob, recipientId: null, wanted: true })
  id = (await findRemoteStatus(ctx.db, uri))?.id ?? ''
})

function question(poll: Partial<PollDraft> = {}, note: Partial<NoteDraft> = {}): NoteDraft {
  const options = [
    { name: 'Tea', votes: 3 },
    { name: 'Coffee', votes: 2 },
  ]
  const published = new Date('2026-11-20T11:00:00Z')
  return draftNote(bob, {
    ...{ id: uri, type: 'Question', published },
    poll: { multiple: false, options, endTime: end, closed: false, votersCount: 5, ...poll },
    ...note,
  })
}
const counted = (...votes: number[]): Partial<PollDraft> => ({
  options: [
    { name: 'Tea', votes: votes[0] ?? 0 },
    { name: 'Coffee', votes: votes[1] ?? 0 },
  ],
  votersCount: votes.reduce((sum, count) => sum + count, 0),
})
const update = (note: NoteDraft, author: Stranger = bob) =>
  receiveNoteUpdate(ctx, { note, author, recipientId: null })
const votes = async () => (await findPoll(ctx.db, id))?.votes

test('A Question brings its poll, and its result is asked for after its end', async () => {
  expect(await findPoll(ctx.db, id)).toEqual({
    statusId: id,
    multiple: false,
    hideTotals: false,
    options: ['Tea', 'Coffee'],
    votes: ['3', '2'],
    voters: '5',
    endsAt: end,
    closedAt: null,
    checkedAt: start,
  })
  expect(await listJobs(ctx.db)).toContainEqual({ name: 'poll.ended', data: { statusId: id } })
})

describe('an update', () => {
  test('with other counts is no other version', async () => {
    expect(await update(question(counted(4, 2)))).toBe('updated')
    expect(await votes()).toEqual(['4', '2'])
    expect(await listStatusEdits(ctx.db, id)).toEqual([])
    expect((await findRemoteStatus(ctx.db, uri))?.editedAt).toBeNull()
  })

  test('by anybody else counts for nothing', async () => {
    expect(await update(question(counted(0, 100)), mallory)).toBe('ignored')
    expect(await votes()).toEqual(['3', '2'])
  })

  test('that is older than ours changes no counts either', async () => {
    const updated = new Date('2026-11-20T11:30:00Z')
    await update(question(counted(4, 2), { updated, contentHtml: '<p>Now</p>' }))
    const older = new Date('2026-11-20T11:20:00Z')
    expect(await update(question(counted(9, 9), { updated: older }))).toBe('outdated')
    expect(await votes()).toEqual(['4', '2'])
  })

  test('with other options begins anew, and keeps what was asked', async () => {
    await vote(ctx, alice, id, [0])
    const options = [
      { name: 'Milk', votes: 0 },
      { name: 'Coffee', votes: 0 },
    ]
    const updated = new Date('2026-11-20T11:30:00Z')
    await update(question({ options, votersCount: 0 }, { updated }))
    expect(await findPoll(ctx.db, id)).toMatchObject({ options: ['Milk', 'Coffee'], votes: ['0', '0'] })
    expect(await listVotesOf(ctx.db, id, alice.id)).toEqual([])
    expect(await listStatusEdits(ctx.db, id)).toMatchObject([{ pollOptions: ['Tea', 'Coffee'] }])
  })

  test('that closes it ends it', async () => {
    now = new Date('2026-11-20T13:01:00Z')
    await update(question({ ...counted(5, 5), closed: true }))
    expect(await findPoll(ctx.db, id)).toMatchObject({ votes: ['5', '5'], closedAt: end })
  })
})

test('A Delete takes the poll and the votes along', async () => {
  await vote(ctx, alice, id, [0])
  await receiveNoteDelete(ctx, { uri, by: bob })
  expect(await findPoll(ctx.db, id)).toBeUndefined()
  expect(await listVotesOf(ctx.db, id, alice.id)).toEqual([])
})

test('A vote of ours counts here at once, and is sent', async () => {
  await vote(ctx, alice, id, [1])
  expect(await findPoll(ctx.db, id)).toMatchObject({ votes: ['3', '3'], voters: '6' })
  const [cast] = await listVotesOf(ctx.db, id, alice.id)
  expect(cast).toMatchObject({ choice: 1, statusUri: uri })
  expect(await listJobs(ctx.db)).toContainEqual({ name: 'vote.cast', data: { voteId: cast?.id } })
  await expect(vote(ctx, alice, id, [0])).rejects.toMatchObject({ code: 'invalid' })
})

describe('asking its server', () => {
  const afterMinutes = (minutes: number) => new Date(start.getTime() + minutes * 60_000)

  test('brings fresh counts, at most once a minute, also where many ask', async () => {
    now = afterMinutes(5)
    answer = question(counted(10, 2))
    const outcomes = await Promise.all([1, 2, 3].map(() => refreshPoll(ctx, id)))
    expect(outcomes.toSorted()).toEqual(['kept', 'kept', 'refreshed'])
    expect(asked).toEqual([uri])
    expect(await votes()).toEqual(['10', '2'])
    now = afterMinutes(7)
    expect(await refreshPoll(ctx, id)).toBe('refreshed')
    expect(await listStatusEdits(ctx.db, id)).toEqual([])
  })

  test.each<[string, () => typeof answer]>([
    ['nothing', () => 'unavailable'],
    ['that it is not to be had', () => 'refused'],
    ['that it is gone', () => 'gone'],
    ['with something else', () => ({ ...question(counted(0, 0)), id: `${bob.uri}/statuses/other` })],
    ['with the post of somebody else', () => ({ ...question(counted(0, 0)), attributedTo: mallory.uri })],
  ])('keeps what we know when it answers %s', async (_, answering) => {
    now = afterMinutes(5)
    answer = answering()
    expect(await refreshPoll(ctx, id)).toBe('kept')
    expect(asked).toEqual([uri])
    expect(await votes()).toEqual(['3', '2'])
    expect(await findRemoteStatus(ctx.db, uri)).toBeDefined()
  })

  test('is done once after the end, and not before', async () => {
    await learnResult(ctx, { statusId: id })
    expect(asked).toEqual([])
    now = new Date('2026-11-20T13:02:00Z')
    answer = question({ ...counted(7, 8), closed: true })
    await learnResult(ctx, { statusId: id })
    await learnResult(ctx, { statusId: id })
    expect(asked).toEqual([uri])
    expect(await findPoll(ctx.db, id)).toMatchObject({ votes: ['7', '8'], closedAt: end })
  })

  test('is tried again after the end until it answers, also when somebody looks meanwhile', async () => {
    now = new Date('2026-11-20T13:02:00Z')
    await expect(learnResult(ctx, { statusId: id })).rejects.toThrow('does not say how it ended')
    expect(await refreshPoll(ctx, id)).toBe('kept')
    await expect(learnResult(ctx, { statusId: id })).rejects.toThrow('does not say how it ended')
    answer = question({ ...counted(7, 8), closed: true })
    await learnResult(ctx, { statusId: id })
    expect(await findPoll(ctx.db, id)).toMatchObject({ votes: ['7', '8'], closedAt: end })
  })

  test.each(['gone', 'refused'] as const)('is given up when it answers that it is %s', async (absence) => {
    now = new Date('2026-11-20T13:02:00Z')
    answer = absence
    await learnResult(ctx, { statusId: id })
    expect(asked).toEqual([uri])
    expect(await votes()).toEqual(['3', '2'])
  })

  test('is planned no more often for a poll whose end is moved again and again', async () => {
    for (let turn = 1; turn <= 10; turn++) await learnResult(ctx, { statusId: id })
    const planned = (await listJobs(ctx.db)).filter(
      ({ name, data }) => name === 'poll.ended' && JSON.stringify(data).includes(id),
    )
    // One from the beginning, and one again; two where the time between two plans began meanwhile.
    expect(planned.length).toBeGreaterThan(1)
    expect(planned.length).toBeLessThan(4)
  })
})
