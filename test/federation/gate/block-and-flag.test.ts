import { beforeEach, describe, expect, it } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { closeReport } from '../../../src/domain/moderation/close-report.ts'
import { reportActor } from '../../../src/domain/moderation/report-actor.ts'
import { unblockActor } from '../../../src/domain/moderation/unblock-actor.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { getVisibleStatus } from '../../../src/domain/statuses/get-visible.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { isBlocking } from '../../../src/store/blocks.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { listOpenReports } from '../../../src/store/reports.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, elsewhere, deliver } = await use(meet())

let alice: RemoteActor
let mal: RemoteActor
let bob: Actor
let carol: Actor
let bobUri: string
let serial = 0

/** Every test has people of its own. */
beforeEach(async () => {
  alice = await remote.addActor(`alice${++serial}`)
  mal = await elsewhere.addActor(`mal${serial}`)
  bob = await createMember(server.ctx, `bob${serial}`)
  carol = await createMember(server.ctx, `carol${serial}`)
  bobUri = `${server.origin}/users/bob${serial}`
  remote.arrivals.length = 0
})

const known = async (actor: RemoteActor) => (await server.ctx.remote.resolveActor(actor.uri)) as Actor
const isBlocked = async (by: RemoteActor = alice) => isBlocking(server.ctx.db, (await known(by)).id, bob.id)
const follow = () => activityOf(alice, 'Follow', { object: bobUri })

describe('a block that arrives', () => {
  const block = () => activityOf(alice, 'Block', { object: bobUri })

  it('ends the follows of both, and hides what whoever blocks has said', async () => {
    await deliver(alice, follow())
    const { id: aliceId } = await known(alice)
    await followActor(server.ctx, bob, await known(alice))
    await server.settle()
    const note = noteOf(alice, { to: [bobUri] })
    await deliver(alice, createOf(alice, note))
    const stored = await server.ctx.db
      .selectFrom('statuses')
      .select('id')
      .where('uri', '=', note['id'])
      .executeTakeFirstOrThrow()
    await getVisibleStatus(server.ctx, stored.id, bob.id)
    remote.arrivals.length = 0
    const said = block()
    await deliver(alice, said)
    await deliver(alice, said)
    expect(await isBlocked()).toBe(true)
    expect(await findFollowBetween(server.ctx.db, aliceId, bob.id)).toBeUndefined()
    expect(await findFollowBetween(server.ctx.db, bob.id, aliceId)).toBeUndefined()
    await expect(getVisibleStatus(server.ctx, stored.id, bob.id)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(remote.received()).toEqual([])
  })

  it('lets its author follow again later on, even under the id of the former Follow', async () => {
    const again = follow()
    await deliver(alice, again)
    const said = block()
    await deliver(alice, said)
    await deliver(alice, activityOf(alice, 'Undo', { object: said }))
    await deliver(alice, again)
    const { id } = await known(alice)
    expect(await findFollowBetween(server.ctx.db, id, bob.id)).toMatchObject({ state: 'accepted' })
  })

  it.each(['embedded', 'named by its id'])('ends with its Undo, %s, by its author alone', async (how) => {
    const said = block()
    const object = how === 'embedded' ? said : said['id']
    await deliver(alice, said)
    await deliver(mal, activityOf(mal, 'Undo', { object }))
    expect(await isBlocked()).toBe(true)
    await deliver(alice, activityOf(alice, 'Undo', { object }))
    expect(await isBlocked()).toBe(false)
  })

  it('that comes after its Undo does not come', async () => {
    const said = block()
    await deliver(alice, activityOf(alice, 'Undo', { object: said }))
    await deliver(alice, said)
    expect(await isBlocked()).toBe(false)
  })

  it.each([
    ['somebody else', () => ({ object: mal.uri })],
    ['the instance', () => ({ object: `${server.origin}/actor` })],
    ['nobody', () => ({ object: `${server.origin}/users/nobody` })],
    ['a post', () => ({ object: `${bobUri}/statuses/1` })],
    ['several', () => ({ object: [bobUri, mal.uri] })],
    ['nothing', () => ({})],
  ])('of %s is nothing to us', async (_name, about) => {
    const before = await countBlocks()
    await deliver(alice, activityOf(alice, 'Block', about()))
    expect(await countBlocks()).toBe(before)
  })

  async function countBlocks(): Promise<number> {
    return (await server.ctx.db.selectFrom('blocks').select('id').execute()).length
  }
})

describe('a block by one of us', () => {
  it('is told to the other server, taken back there, and turns a Follow away', async () => {
    await deliver(alice, follow())
    remote.arrivals.length = 0
    await blockActor(server.ctx, bob, await known(alice))
    await server.settle()
    expect(remote.received('Reject')).toMatchObject([{ actor: bobUri, object: { actor: alice.uri } }])
    const [sent] = remote.received('Block')
    expect(sent).toMatchObject({ type: 'Block', actor: bobUri, object: alice.uri, to: [alice.uri] })
    expect(sent).not.toHaveProperty('cc')
    const again = follow()
    await deliver(alice, again)
    expect(remote.received('Reject').at(-1)).toMatchObject({ object: { id: again['id'] } })
    expect(remote.received('Accept')).toEqual([])
    await unblockActor(server.ctx, bob, await known(alice))
    await server.settle()
    expect(remote.received('Undo')).toMatchObject([
      { actor: bobUri, object: { id: sent.id, type: 'Block', object: alice.uri } },
    ])
  })

  it('lets neither likes nor boosts by whom it is about count', async () => {
    const post = await createPost(server.ctx, bob, { text: 'Hello', visibility: 'public' })
    await blockActor(server.ctx, bob, await known(alice))
    const object = `${bobUri}/statuses/${post.id}`
    for (const type of ['Like', 'Announce', 'EmojiReact'])
      await deliver(alice, activityOf(alice, type, { object, content: '🎉' }))
    for (const table of ['likes', 'reactions'] as const) {
      const rows = server.ctx.db.selectFrom(table).select('id').where('statusId', '=', post.id)
      expect(await rows.execute()).toEqual([])
    }
    const boosts = server.ctx.db.selectFrom('statuses').select('id').where('boostOfId', '=', post.id)
    expect(await boosts.execute()).toEqual([])
  })
})

describe('a report that arrives', () => {
  const reports = async () =>
    (await listOpenReports(server.ctx.db, 100)).filter(({ targetId }) =>
      [bob.id, carol.id].includes(targetId),
    )
  const flag = (by: RemoteActor, object: unknown, content?: string) =>
    activityOf(by, 'Flag', { object, content })

  it('is kept with the posts of whom it is about, and of nobody else', async () => {
    const post = await createPost(server.ctx, bob, { text: 'Bad', visibility: 'public' })
    const other = await createPost(server.ctx, carol, { text: 'Good', visibility: 'public' })
    const carolPost = `${server.origin}/users/carol${serial}/statuses/${other.id}`
    const said = flag(
      alice,
      [bobUri, `${bobUri}/statuses/${post.id}`, carolPost, `${mal.uri}/1`],
      'I do <3 mind',
    )
    await deliver(alice, said)
    await deliver(alice, said)
    expect(await reports()).toMatchObject([
      {
        reporterId: (await known(alice)).id,
        targetId: bob.id,
        statusIds: [post.id],
        comment: 'I do <3 mind',
        uri: said['id'],
      },
    ])
  })

  it('may name posts only, and may come from an instance', async () => {
    const instance = await remote.addActor(`instance${serial}`, { type: 'Application' })
    const post = await createPost(server.ctx, bob, { text: 'Bad', visibility: 'public' })
    await deliver(instance, flag(instance, [`${bobUri}/statuses/${post.id}`]))
    expect(await reports()).toMatchObject([{ targetId: bob.id, statusIds: [post.id], comment: '' }])
  })

  it('is one while it is open, whatever is added, within limits; then another', async () => {
    const [first, second] = [
      await createPost(server.ctx, bob, { text: 'One', visibility: 'public' }),
      await createPost(server.ctx, bob, { text: 'Two', visibility: 'public' }),
    ]
    const uriOf = ({ id }: { id: string }) => `${bobUri}/statuses/${id}`
    await deliver(alice, flag(alice, [bobUri, uriOf(first)], 'First'))
    await deliver(alice, flag(alice, [bobUri, uriOf(first), uriOf(second)], 'Second'))
    await deliver(alice, flag(alice, bobUri, 'Second'))
    const [merged] = await reports()
    expect(merged).toMatchObject({ statusIds: [first.id, second.id], comment: 'First\n\nSecond' })
    for (const letter of ['x', 'y']) await deliver(alice, flag(alice, bobUri, letter.repeat(6000)))
    expect((await reports())[0]?.comment).toHaveLength(5000)
    expect(await reports()).toHaveLength(1)
    await closeReport(server.ctx, merged!.id)
    expect(await reports()).toEqual([])
    await deliver(alice, flag(alice, bobUri, 'Third'))
    expect(await reports()).toMatchObject([{ comment: 'Third' }])
  })

  it('about nobody here is nothing to us', async () => {
    await deliver(alice, flag(alice, [mal.uri, `${mal.uri}/1`], 'Somebody else'))
    await deliver(alice, flag(alice, `${server.origin}/actor`, 'All of you'))
    expect(await reports()).toEqual([])
  })
})

describe('a report by one of us', () => {
  it('is forwarded by the instance, so that nobody learns who complains', async () => {
    const note = noteOf(alice, { to: [bobUri] })
    await deliver(alice, createOf(alice, note))
    const { id } = await server.ctx.db
      .selectFrom('statuses')
      .select('id')
      .where('uri', '=', note['id'])
      .executeTakeFirstOrThrow()
    const input = { statusIds: [id], comment: 'Rude', forward: true }
    const reportId = await reportActor(server.ctx, bob, await known(alice), input)
    await server.settle()
    const arrival = remote.arrivals.find(({ body }) => body.includes('"Flag"'))
    expect(arrival?.url).toBe(`/users/alice${serial}/inbox`)
    expect(arrival?.headers['signature']).toContain(`keyId="${server.origin}/actor#main-key"`)
    const sent = JSON.parse(arrival!.body)
    expect(sent).toMatchObject({
      actor: `${server.origin}/actor`,
      object: [alice.uri, note['id']],
      content: 'Rude',
    })
    expect(sent.id).toMatch(new RegExp(`^${server.origin}/`))
    expect(arrival!.body).not.toContain(bob.username)
    expect(await listOpenReports(server.ctx.db, 100)).toContainEqual(
      expect.objectContaining({ id: reportId, forwarded: true, targetUri: alice.uri, statusIds: [id] }),
    )
  })

  it('names posts of whom it is about, and is not about oneself', async () => {
    const post = await createPost(server.ctx, bob, { text: 'Mine', visibility: 'public' })
    const target = await known(alice)
    const report = (whom: Actor, changes: object) =>
      reportActor(server.ctx, bob, whom, { statusIds: [], comment: '', forward: false, ...changes })
    await expect(report(target, { statusIds: [post.id] })).rejects.toMatchObject({ code: 'invalid' })
    await expect(report(target, { comment: 'x'.repeat(5001) })).rejects.toMatchObject({ code: 'invalid' })
    await expect(report(bob, {})).rejects.toMatchObject({ code: 'invalid' })
    await expect(report(carol, { forward: true })).rejects.toMatchObject({ code: 'invalid' })
    await report(carol, { comment: 'Hm' })
    await server.settle()
    expect(remote.received('Flag')).toEqual([])
  })
})
