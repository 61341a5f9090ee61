import { beforeEach, describe, expect, it } from 'vitest'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { viewStatuses } from '../../../src/domain/statuses/view.ts'
import { listHomeStatuses } from '../../../src/store/home-timeline.ts'
import { createMember } from '../../support/people.ts'
import { activityOf, createOf, noteOf, type RemoteActor } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'
import { meet, publish, withdraw } from '../../support/meeting.ts'

const meeting = await use(meet())

let alice: RemoteActor
let author: RemoteActor
let serial = 0

beforeEach(async () => {
  alice = await meeting.remote.addActor(`alice${++serial}`)
  author = await meeting.elsewhere.addActor(`author${serial}`)
  meeting.elsewhere.arrivals.length = 0
})

const everybody = 'https://www.w3.org/ns/activitystreams#Public'
const announce = (object: unknown, more: object = {}) =>
  activityOf(alice, 'Announce', { object, to: [everybody], cc: [`${alice.uri}/followers`], ...more })

const listBoosts = () =>
  meeting.server.ctx.db
    .selectFrom('remoteStatuses')
    .select(['uri', 'visibility', 'boostOfUri', 'createdAt'])
    .where('boostOfId', 'is not', null)
    .orderBy('id')
    .execute()

const find = (uri: string) =>
  meeting.server.ctx.db.selectFrom('remoteStatuses').selectAll().where('uri', '=', uri).executeTakeFirst()

describe('a boost', () => {
  it('of a post of ours is kept, once for each who boosts, and stands in the home of those who follow', async () => {
    const { id, uri } = await meeting.say('Pass it on')
    const [carol, boost] = [await createMember(meeting.server.ctx, `carol${serial}`), announce(uri)]
    await meeting.follow(alice, carol)
    await meeting.deliver(alice, boost)
    await meeting.deliver(alice, boost)
    await meeting.deliver(alice, announce(uri))
    expect(await meeting.counts(id)).toMatchObject({ boosts: 1 })
    const [home] = await listHomeStatuses(meeting.server.ctx.db, carol.id, { limit: 10 })
    const [view] = await viewStatuses(meeting.server.ctx, [home!])
    expect(view).toMatchObject({ uri: boost['id'], boostOf: { uri, status: { source: 'Pass it on' } } })
  })

  it('of a post elsewhere is kept when somebody here follows the one who boosts: as its own server has it', async () => {
    const note = noteOf(author)
    publish(meeting.elsewhere, note)
    await meeting.deliver(alice, announce({ ...note, content: '<p>Forged</p>' }))
    expect(await find(note['id'])).toBeUndefined()
    expect(meeting.elsewhere.fetched()).toEqual([])
    await meeting.follow(alice)
    const boost = announce({ ...note, content: '<p>Forged</p>' })
    await meeting.deliver(alice, boost)
    expect(await find(note['id'])).toMatchObject({ content: '<p>Hello</p>' })
    expect(await find(boost['id'])).toMatchObject({ boostOfUri: note['id'], visibility: 'public' })
  })

  it('of a post whose server does not have it, or gives it another author, is not kept', async () => {
    await meeting.follow(alice)
    const [absent, foreign] = [noteOf(author), noteOf(author)]
    publish(meeting.elsewhere, { ...foreign, attributedTo: alice.uri })
    const before = await listBoosts()
    for (const note of [absent, foreign]) {
      await meeting.deliver(alice, announce(note))
      expect(await find(note['id'])).toBeUndefined()
    }
    expect(await listBoosts()).toEqual(before)
  })

  it('of what is not for everybody is not kept, whatever it claims', async () => {
    await meeting.follow(alice)
    await meeting.deliver(alice, activityOf(alice, 'Follow', { object: meeting.bobUri }))
    const secret = await meeting.say('To followers', 'private')
    const theirs = noteOf(author, { to: [`${author.uri}/followers`], cc: [] })
    publish(meeting.elsewhere, theirs)
    const before = await listBoosts()
    for (const uri of [secret.uri, theirs['id']]) await meeting.deliver(alice, announce(uri))
    expect(await listBoosts()).toEqual(before)
    expect(await find(theirs['id'])).toBeUndefined()
  })

  it("of one's own post for followers is for followers", async () => {
    await meeting.follow(alice)
    const note = noteOf(alice, { to: [`${alice.uri}/followers`], cc: [] })
    await meeting.deliver(alice, createOf(alice, note))
    const boost = announce(note['id'])
    await meeting.deliver(alice, boost)
    expect(await find(boost['id'])).toMatchObject({ visibility: 'private', boostOfUri: note['id'] })
  })

  it.each([
    ['unlisted', () => ({ to: [`${alice.uri}/followers`], cc: [everybody] })],
    ['private', () => ({ to: [`${alice.uri}/followers`], cc: [] })],
    ['direct', () => ({ to: [], cc: [] })],
  ])('is for those whom it is addressed to: %s', async (visibility, addressed) => {
    const { uri } = await meeting.say('Quietly')
    const boost = announce(uri, addressed())
    await meeting.deliver(alice, boost)
    expect(await find(boost['id'])).toMatchObject({ visibility })
  })

  it('of an unlisted post is unlisted', async () => {
    const { uri } = await meeting.say('Quietly', 'unlisted')
    const boost = announce(uri)
    await meeting.deliver(alice, boost)
    expect(await find(boost['id'])).toMatchObject({ visibility: 'unlisted' })
  })

  it('of a boost is one of what that boosts', async () => {
    const { id, uri } = await meeting.say('Pass it on')
    await meeting.follow(author)
    const first = activityOf(author, 'Announce', { object: uri, to: [everybody] })
    await meeting.deliver(author, first)
    await meeting.follow(alice)
    await meeting.deliver(alice, announce(first['id']))
    expect(await meeting.counts(id)).toMatchObject({ boosts: 2 })
  })

  it('under an id that something else has changes nothing', async () => {
    const note = noteOf(alice, { to: [meeting.bobUri] })
    await meeting.deliver(alice, createOf(alice, note))
    const { id, uri } = await meeting.say('Pass it on')
    await meeting.deliver(alice, announce(uri, { id: note['id'] }))
    expect(await meeting.counts(id)).toMatchObject({ boosts: 0 })
    expect(await find(note['id'])).toMatchObject({ content: '<p>Hello</p>', boostOfId: null })
  })

  it("does not come from the future, and keeps the past's date", async () => {
    const [one, other] = [await meeting.say('One'), await meeting.say('Other')]
    const past = new Date('2026-01-02T03:04:05Z')
    const future = new Date(Date.now() + 3600_000)
    const boosts = [
      announce(one.uri, { published: past.toISOString() }),
      announce(other.uri, { published: future.toISOString() }),
    ]
    for (const boost of boosts) await meeting.deliver(alice, boost)
    expect((await find(boosts[0]!['id']))?.createdAt).toEqual(past)
    expect((await find(boosts[1]!['id']))!.createdAt.getTime()).toBeLessThanOrEqual(Date.now())
  })

  it('of somebody who is suspended here is not kept', async () => {
    await meeting.follow(alice)
    const note = noteOf(author)
    publish(meeting.elsewhere, note)
    const actor = await meeting.server.ctx.remote.resolveActor(author.uri)
    await meeting.server.ctx.db
      .updateTable('remoteActors')
      .set({ suspendedAt: new Date() })
      .where('id', '=', actor!.id)
      .execute()
    const boost = announce(note['id'])
    await meeting.deliver(alice, boost)
    expect([await find(note['id']), await find(boost['id'])]).toEqual([undefined, undefined])
  })

  it('goes with what it boosts, wherever that was, and does not come back', async () => {
    await meeting.follow(alice)
    const mine = await meeting.say('Mine')
    const note = noteOf(author)
    publish(meeting.elsewhere, note)
    const boosts = [announce(mine.uri), announce(note['id'])]
    for (const boost of boosts) await meeting.deliver(alice, boost)
    await deletePost(meeting.server.ctx, meeting.bob, mine.id)
    withdraw(meeting.elsewhere, note['id'])
    await meeting.deliver(author, activityOf(author, 'Delete', { object: note['id'] }))
    const again = [announce(mine.uri), announce(note['id'])]
    for (const boost of again) await meeting.deliver(alice, boost)
    for (const boost of [...boosts, ...again]) expect(await find(boost['id'])).toBeUndefined()
  })

  it('that was deleted under its id is gone, also when it comes after that', async () => {
    const { id, uri } = await meeting.say('Mine')
    const [kept, late] = [announce(uri), announce(uri)]
    await meeting.deliver(alice, activityOf(alice, 'Delete', { object: late['id'] }))
    await meeting.deliver(alice, late)
    expect(await meeting.counts(id)).toMatchObject({ boosts: 0 })
    await meeting.deliver(alice, kept)
    await meeting.deliver(author, activityOf(author, 'Delete', { object: kept['id'] }))
    expect(await meeting.counts(id)).toMatchObject({ boosts: 1 })
    await meeting.deliver(alice, activityOf(alice, 'Delete', { object: kept['id'] }))
    expect(await meeting.counts(id)).toMatchObject({ boosts: 0 })
  })

  it("in somebody else's name is refused", async () => {
    const { id, uri } = await meeting.say('Mine')
    expect((await author.post(meeting.server, announce(uri))).status).toBe(401)
    await meeting.server.settle()
    expect(await meeting.counts(id)).toMatchObject({ boosts: 0 })
  })
})
