import { beforeEach, expect, test } from 'vitest'
import { activityOf, createOf, noteOf, type RemoteActor } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'
import { meet, publish, withdraw } from '../../support/meeting.ts'

/** A group on one server, and somebody on another who writes in it. */
const meeting = await use(meet())

let birds: RemoteActor
let lou: RemoteActor
let serial = 0

beforeEach(async () => {
  birds = await meeting.remote.addActor(`birds${++serial}`, { type: 'Group' })
  lou = await meeting.elsewhere.addActor(`lou${serial}`)
  meeting.elsewhere.arrivals.length = 0
})

const everybody = 'https://www.w3.org/ns/activitystreams#Public'
const passOn = (object: unknown) =>
  activityOf(birds, 'Announce', { object, to: [everybody], cc: [`${birds.uri}/followers`] })
const find = (uri: string) =>
  meeting.server.ctx.db.selectFrom('remoteStatuses').selectAll().where('uri', '=', uri).executeTakeFirst()

function pageOf(actor: RemoteActor): Record<string, any> {
  return { ...noteOf(actor), type: 'Page', name: 'Wrens of the north', to: [birds.uri, everybody], cc: [] }
}

/** A page that the group has passed on, and that is here. */
async function passOnPage(): Promise<Record<string, any>> {
  await meeting.follow(birds)
  const page = pageOf(lou)
  publish(meeting.elsewhere, page)
  await meeting.deliver(birds, passOn(createOf(lou, page)))
  return page
}

test('A post that a group passes on is fetched from its own server, and counts as boosted by the group', async () => {
  await meeting.follow(birds)
  const page = pageOf(lou)
  publish(meeting.elsewhere, page)
  const create = passOn(createOf(lou, { ...page, name: 'Forged' }))
  await meeting.deliver(birds, create)
  await meeting.deliver(birds, create)
  await meeting.deliver(birds, passOn(page['id']))
  const stored = await find(page['id'])
  expect(stored).toMatchObject({ type: 'Page', title: 'Wrens of the north' })
  expect(await find(create['id'])).toMatchObject({ boostOfId: stored!.id })
  expect(await meeting.counts(stored!.id)).toMatchObject({ boosts: 1 })
})

test("A comment that a group passes on is kept in its thread, and fills nobody's home", async () => {
  const page = await passOnPage()
  const comment = noteOf(lou, { inReplyTo: page['id'] })
  publish(meeting.elsewhere, comment)
  const create = passOn(createOf(lou, comment))
  await meeting.deliver(birds, create)
  expect(await find(comment['id'])).toMatchObject({ inReplyToUri: page['id'] })
  expect(await find(create['id'])).toBeUndefined()
})

test('So is one whose Create comes by its id only', async () => {
  await meeting.follow(birds)
  const page = pageOf(lou)
  const create = createOf(lou, page)
  publish(meeting.elsewhere, page)
  publish(meeting.elsewhere, create)
  await meeting.deliver(birds, passOn(create['id']))
  expect(await find(page['id'])).toMatchObject({ type: 'Page' })
})

test('What is not at its origin is not taken from the group, and nothing is asked for that nobody follows', async () => {
  const [page, like] = [pageOf(lou), activityOf(lou, 'Like', { object: meeting.bobUri })]
  publish(meeting.elsewhere, page)
  for (const activity of [createOf(lou, page), page['id'], like, like['id']])
    await meeting.deliver(birds, passOn(activity))
  expect(meeting.elsewhere.fetched()).toEqual([])
  await meeting.follow(birds)
  const missing = pageOf(lou)
  await meeting.deliver(birds, passOn(createOf(lou, missing)))
  expect([await find(page['id']), await find(missing['id'])]).toEqual([undefined, undefined])
})

test('A person passes on posts, and not what others did', async () => {
  const page = await passOnPage()
  const person = await meeting.remote.addActor(`person${serial}`)
  await meeting.follow(person)
  const like = activityOf(lou, 'Like', { object: page['id'] })
  publish(meeting.elsewhere, like)
  await meeting.deliver(person, activityOf(person, 'Announce', { object: like, to: [everybody] }))
  expect(await meeting.counts((await find(page['id']))!.id)).toMatchObject({ likes: 0 })
})

test('An Update is taken as the origin has the post', async () => {
  const page = await passOnPage()
  const forged = { ...page, content: '<p>Forged</p>', updated: new Date().toISOString() }
  await meeting.deliver(birds, passOn(activityOf(lou, 'Update', { object: forged })))
  expect(await find(page['id'])).toMatchObject({ content: expect.stringContaining('Hello') })
  publish(meeting.elsewhere, { ...page, content: '<p>Changed</p>', updated: new Date().toISOString() })
  await meeting.deliver(birds, passOn(activityOf(lou, 'Update', { object: forged })))
  expect(await find(page['id'])).toMatchObject({ content: expect.stringContaining('Changed') })
})

test('A Delete is done when the origin no longer has the post, and the boost goes with it', async () => {
  const page = await passOnPage()
  const gone = () => passOn(activityOf(lou, 'Delete', { object: page['id'] }))
  await meeting.deliver(birds, gone())
  expect(await find(page['id'])).toBeDefined()
  withdraw(meeting.elsewhere, page['id'])
  await meeting.deliver(birds, gone())
  expect(await find(page['id'])).toBeUndefined()
  const boosts = await meeting.server.ctx.db
    .selectFrom('remoteStatuses')
    .select('id')
    .where('boostOfUri', '=', page['id'])
    .execute()
  expect(boosts).toEqual([])
})

test('A vote is counted when its own server has it, once, and taken back likewise', async () => {
  const page = await passOnPage()
  const { id } = (await find(page['id']))!
  const like = activityOf(lou, 'Like', { object: page['id'] })
  await meeting.deliver(birds, passOn(like))
  expect(await meeting.counts(id)).toMatchObject({ likes: 0 })
  publish(meeting.elsewhere, like)
  await meeting.deliver(birds, passOn(like))
  await meeting.deliver(birds, passOn(like))
  await meeting.deliver(lou, like)
  expect(await meeting.counts(id)).toMatchObject({ likes: 1 })
  const undo = activityOf(lou, 'Undo', { object: like })
  await meeting.deliver(birds, passOn(undo))
  expect(await meeting.counts(id)).toMatchObject({ likes: 1 })
  publish(meeting.elsewhere, undo)
  await meeting.deliver(birds, passOn(undo))
  await meeting.deliver(birds, passOn(like))
  expect(await meeting.counts(id)).toMatchObject({ likes: 0 })
})

test("A vote in somebody else's name is not counted", async () => {
  const page = await passOnPage()
  const mal = await meeting.remote.addActor(`mal${serial}`)
  const forged = activityOf(mal, 'Like', { object: page['id'], actor: lou.uri })
  publish(meeting.remote, forged)
  await meeting.deliver(birds, passOn(forged))
  await meeting.deliver(birds, passOn(forged['id']))
  expect(await meeting.counts((await find(page['id']))!.id)).toMatchObject({ likes: 0 })
})

test("A group ends nobody's follow, and passes no Announce on", async () => {
  const page = await passOnPage()
  const follow = activityOf(lou, 'Follow', { object: meeting.bobUri })
  await meeting.deliver(lou, follow)
  const undo = activityOf(lou, 'Undo', { object: follow })
  const boost = activityOf(lou, 'Announce', { object: page['id'], to: [everybody] })
  for (const activity of [undo, boost]) {
    publish(meeting.elsewhere, activity)
    await meeting.deliver(birds, passOn(activity))
    await meeting.deliver(birds, passOn(activity['id']))
  }
  const follows = await meeting.server.ctx.db
    .selectFrom('follows')
    .select('id')
    .where('followerUri', '=', lou.uri)
    .execute()
  expect(follows).toHaveLength(1)
  expect(await meeting.counts((await find(page['id']))!.id)).toMatchObject({ boosts: 1 })
})
