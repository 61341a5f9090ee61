import { beforeEach, describe, expect, it } from 'vitest'
import { vote } from '../../../src/domain/polls/vote.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { listEdits } from '../../../src/domain/statuses/list-edits.ts'
import { sendPollClosed, sendPollCounted } from '../../../src/federation/outbox/poll-counted.ts'
import { findPoll, listRemoteVoterIds } from '../../../src/store/polls.ts'
import { findRemoteStatus, findStatus } from '../../../src/store/statuses.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

/** How far the clock of our server is ahead. */
let ahead = 0
const { server, remote, elsewhere, bob, bobUri, deliver } = await use(
  meet({ parts: { now: () => new Date(Date.now() + ahead) } }),
)

/** Votes. */
let alice: RemoteActor
/** Has nothing to do with it. */
let mal: RemoteActor

let serial = 0
beforeEach(async () => {
  ahead = 0
  alice = await remote.addActor(`alice${++serial}`)
  mal = await elsewhere.addActor(`mal${serial}`)
  remote.arrivals.length = 0
  elsewhere.arrivals.length = 0
})

const options = ['Tea', 'Coffee']

async function ask(multiple = false): Promise<{ id: string; uri: string }> {
  const poll = { options, multiple, endsInSeconds: 1800 }
  const { id } = await createPost(server.ctx, bob, { text: 'What?', visibility: 'public', poll })
  await server.settle()
  return { id, uri: `${bobUri}/statuses/${id}` }
}

/** What Mastodon sends for a choice. */
function voteOf(voter: RemoteActor, inReplyTo: string, name: string, more: object = {}) {
  const note = { id: `${voter.uri}#votes/${++serial}`, type: 'Note', attributedTo: voter.uri, to: bobUri }
  const object = { ...note, inReplyTo, name, ...more }
  return { ...activityOf(voter, 'Create', { to: bobUri, object }), id: `${note.id}/activity` }
}

const countsOf = async (id: string) => (await findPoll(server.ctx.db, id))?.votes
const statusesOf = async (voter: RemoteActor) =>
  server.ctx.db.selectFrom('remoteStatuses').select('uri').where('uri', 'like', `${voter.uri}%`).execute()

describe('a vote', () => {
  it('is counted once, however often and wherever it comes, and is no post', async () => {
    const { id, uri } = await ask()
    const activity = voteOf(alice, uri, 'Tea')
    for (const path of ['/inbox', '/users/bob/inbox', '/users/bob/inbox'])
      await deliver(alice, activity, path)
    await deliver(alice, voteOf(alice, uri, 'Coffee'))
    expect(await countsOf(id)).toEqual(['1', '0'])
    expect(await statusesOf(alice)).toEqual([])
  })

  it('is counted for each choice where several may be made', async () => {
    const { id, uri } = await ask(true)
    await deliver(alice, voteOf(alice, uri, 'Tea'))
    await deliver(alice, voteOf(alice, uri, 'Coffee'))
    expect(await findPoll(server.ctx.db, id)).toMatchObject({ votes: ['1', '1'], voters: '1' })
  })

  it("in somebody else's name is nobody's", async () => {
    const { id, uri } = await ask()
    await deliver(mal, voteOf(mal, uri, 'Tea', { attributedTo: alice.uri }))
    await deliver(mal, voteOf(mal, uri, 'Tea', { id: `${alice.uri}#votes/1` }))
    expect((await mal.post(server, voteOf(alice, uri, 'Tea'))).status).toBe(401)
    await server.settle()
    expect(await countsOf(id)).toEqual(['0', '0'])
    expect(await statusesOf(mal)).toEqual([])
  })

  it.each(['<br>', '<p></p>'])('is one with %s for content, which says nothing', async (content) => {
    const { id, uri } = await ask()
    const note = noteOf(alice, { inReplyTo: uri, name: 'Tea', content, to: [bobUri], cc: [] })
    await deliver(alice, createOf(alice, note))
    expect(await countsOf(id)).toEqual(['1', '0'])
    expect(await statusesOf(alice)).toEqual([])
  })

  it.each<[string, object]>([
    ['for what is no option', { name: 'Milk' }],
    ['with an empty name', { name: '' }],
    ['with a list for a name', { name: ['Milk', 'Tea'] }],
    ['with an object for a name', { name: { en: 'Tea' } }],
  ])('%s is neither counted nor a post', async (_, more) => {
    const { id, uri } = await ask()
    await deliver(alice, voteOf(alice, uri, '', more))
    expect(await countsOf(id)).toEqual(['0', '0'])
    expect(await statusesOf(alice)).toEqual([])
  })

  it('after the end, or for a poll that is not there, is neither counted nor a post', async () => {
    const { id, uri } = await ask()
    ahead = 1800_000
    await deliver(alice, voteOf(alice, uri, 'Tea'))
    await deliver(alice, voteOf(alice, `${bobUri}/statuses/123`, 'Tea'))
    expect(await countsOf(id)).toEqual(['0', '0'])
    expect(await statusesOf(alice)).toEqual([])
  })

  it('that says something is an answer, and no vote', async () => {
    const { id, uri } = await ask()
    const note = noteOf(alice, { inReplyTo: uri, name: 'Tea', content: '<p>Tea, why?</p>' })
    await deliver(alice, createOf(alice, note))
    expect(await countsOf(id)).toEqual(['0', '0'])
    expect(await findRemoteStatus(server.ctx.db, note['id'])).toMatchObject({ content: '<p>Tea, why?</p>' })
  })
})

describe('how a poll of ours stands', () => {
  const question = () => remote.received('Update').map(({ object }) => object)

  it('is told to those who voted, and is in its document', async () => {
    const { id, uri } = await ask()
    await deliver(alice, voteOf(alice, uri, 'Tea'))
    expect(question()).toEqual([])
    await sendPollCounted(server.ctx, { statusId: id }, crypto.randomUUID())
    await server.settle()
    const choices = [
      { type: 'Note', name: 'Tea', replies: { type: 'Collection', totalItems: 1 } },
      { type: 'Note', name: 'Coffee', replies: { type: 'Collection', totalItems: 0 } },
    ]
    const endTime = (await findPoll(server.ctx.db, id))?.endsAt?.toISOString()
    expect(question()).toMatchObject([{ id: uri, type: 'Question', oneOf: choices, endTime, votersCount: 1 }])
    expect(question()[0]).not.toHaveProperty('updated')
    expect(question()[0]).not.toHaveProperty('closed')
    const answer = await fetch(uri, { headers: { accept: 'application/activity+json' } })
    expect(await answer.json()).toMatchObject({ type: 'Question', oneOf: choices, votersCount: 1 })
  })

  it('is final when its time has come, and is told once', async () => {
    const { id, uri } = await ask(true)
    await deliver(alice, voteOf(alice, uri, 'Tea'))
    await sendPollClosed(server.ctx, { statusId: id }, crypto.randomUUID())
    ahead = 1800_000
    for (const jobId of [crypto.randomUUID(), crypto.randomUUID()])
      await sendPollClosed(server.ctx, { statusId: id }, jobId)
    await server.settle()
    const poll = await findPoll(server.ctx.db, id)
    expect(poll?.closedAt).toEqual(poll?.endsAt)
    expect(question()).toMatchObject([{ anyOf: [{ name: 'Tea' }, {}], closed: poll?.endsAt?.toISOString() }])
    expect(elsewhere.received()).toEqual([])
  })

  it('is said to be final in its document from the end on, before anybody was told', async () => {
    const { id, uri } = await ask()
    const read = async () => (await fetch(uri, { headers: { accept: 'application/activity+json' } })).json()
    expect(await read()).not.toHaveProperty('closed')
    ahead = 1800_000
    const { endTime, closed } = (await read()) as { endTime: string; closed?: string }
    expect(closed).toBe(endTime)
    expect(await findPoll(server.ctx.db, id)).toMatchObject({ closedAt: null })
  })

  it('matters to nobody who voted once it is gone: they are told, and forgotten', async () => {
    const { id, uri } = await ask()
    await deliver(alice, voteOf(alice, uri, 'Tea'))
    await deletePost(server.ctx, bob, id)
    await server.settle()
    expect(remote.received('Delete')).toMatchObject([
      { actor: bobUri, object: { id: uri, type: 'Tombstone' } },
    ])
    expect(elsewhere.received()).toEqual([])
    expect(await listRemoteVoterIds(server.ctx.db, id)).toEqual([])
    await deliver(alice, voteOf(alice, uri, 'Coffee'))
    expect(await listRemoteVoterIds(server.ctx.db, id)).toEqual([])
  })
})

describe('a poll elsewhere', () => {
  const choice = (name: string, totalItems: number) => ({
    type: 'Note',
    name,
    replies: { type: 'Collection', totalItems },
  })
  const endTime = new Date(Date.now() + 3600_000).toISOString()
  const questionOf = (author: RemoteActor, more: object = {}) =>
    noteOf(author, {
      ...{ type: 'Question', to: [bobUri], cc: [], endTime, votersCount: 3 },
      oneOf: [choice('Tea', 2), choice('Coffee', 1)],
      ...more,
    })
  const find = async (uri: string) => {
    const status = await findRemoteStatus(server.ctx.db, uri)
    return { status, poll: await findPoll(server.ctx.db, status?.id ?? '0') }
  }

  it('is kept, and takes new counts from its author alone', async () => {
    const question = questionOf(alice)
    await deliver(alice, createOf(alice, question))
    const object = { ...question, oneOf: [choice('Tea', 5), choice('Coffee', 5)], votersCount: 10 }
    await deliver(mal, activityOf(mal, 'Update', { object }))
    expect((await find(question['id'])).poll).toMatchObject({ votes: ['2', '1'], voters: '3' })
    const update = activityOf(alice, 'Update', { object })
    for (const _ of [1, 2]) await deliver(alice, update)
    const { status, poll } = await find(question['id'])
    expect(poll).toMatchObject({ votes: ['5', '5'], voters: '10' })
    expect(status?.editedAt).toBeNull()
    expect(await listEdits(server.ctx, status!.id)).toHaveLength(1)
  })

  it('whose Update comes first is there with what the Update says', async () => {
    const question = questionOf(alice)
    const object = { ...question, oneOf: [choice('Tea', 5), choice('Coffee', 5)] }
    await deliver(alice, activityOf(alice, 'Update', { object }))
    await deliver(alice, createOf(alice, question))
    expect((await find(question['id'])).poll?.votes).toEqual(['5', '5'])
  })

  it.each<[string, object]>([
    ['no options', { oneOf: [] }],
    ['options that are none', { oneOf: ['Tea', 7, null, ['x']] }],
  ])('with %s is a post', async (_, more) => {
    const question = questionOf(alice, more)
    await deliver(alice, createOf(alice, question))
    expect(await find(question['id'])).toMatchObject({ status: { content: '<p>Hello</p>' }, poll: undefined })
  })

  it('with very many options has twenty', async () => {
    const question = questionOf(alice, { oneOf: Array.from({ length: 500 }, (_, n) => choice(`${n}`, n)) })
    await deliver(alice, createOf(alice, question))
    expect((await find(question['id'])).poll?.options).toHaveLength(20)
  })

  it('is sent our votes, each to its author alone', async () => {
    const question = questionOf(alice, { oneOf: undefined, anyOf: [choice('Tea', 2), choice('Coffee', 1)] })
    await deliver(alice, createOf(alice, question))
    const { status } = await find(question['id'])
    await vote(server.ctx, bob, status!.id, [0, 1])
    await server.settle()
    const sent = remote.received('Create').toSorted((a, b) => (a.object.name < b.object.name ? 1 : -1))
    expect(sent.map(({ object }) => object)).toEqual(
      ['Tea', 'Coffee'].map((name) => ({
        ...{ id: expect.stringMatching(`^${bobUri}#votes/\\d+$`), type: 'Note', attributedTo: bobUri },
        ...{ to: [alice.uri], inReplyTo: question['id'], name },
      })),
    )
    expect(sent[0]).toMatchObject({ actor: bobUri, to: [alice.uri], id: `${sent[0].object.id}/activity` })
    const paths = remote.arrivals.filter(({ method }) => method === 'POST').map(({ url }) => url)
    expect(new Set(paths)).toEqual(new Set([`${new URL(alice.uri).pathname}/inbox`]))
  })
})

describe('whom a post is for', () => {
  it('never changes by an edit of its author', async () => {
    const note = noteOf(alice, { to: [bobUri], cc: [] })
    await deliver(alice, createOf(alice, note))
    const object = {
      ...noteOf(alice),
      id: note['id'],
      updated: new Date().toISOString(),
      content: '<p>All</p>',
    }
    await deliver(alice, activityOf(alice, 'Update', { object }))
    const status = await findRemoteStatus(server.ctx.db, note['id'])
    expect(status).toMatchObject({ visibility: 'direct', audience: [bob.id], content: '<p>All</p>' })
    expect(await findStatus(server.ctx.db, status!.id)).toMatchObject({ visibility: 'direct' })
  })
})
