import { beforeEach, describe, expect, it } from 'vitest'
import { activityOf, type RemoteActor } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'
import { meet } from '../../support/meeting.ts'

const meeting = await use(meet())

let alice: RemoteActor
let mal: RemoteActor
let serial = 0

beforeEach(async () => {
  alice = await meeting.remote.addActor(`alice${++serial}`)
  mal = await meeting.elsewhere.addActor(`mal${serial}`)
})

const nothing = { likes: 0, boosts: 0, replies: 0, reactions: [] }
const everybody = 'https://www.w3.org/ns/activitystreams#Public'

/** Everything that may stand under a post, and what it counts as. */
const doings: [string, object, object][] = [
  ['Like', {}, { likes: 1 }],
  ['Like', { content: '👍' }, { reactions: [{ name: '👍', emojiUrl: null, count: 1 }] }],
  ['EmojiReact', { content: '🎉' }, { reactions: [{ name: '🎉', emojiUrl: null, count: 1 }] }],
  ['Announce', { to: [everybody] }, { boosts: 1 }],
]

describe.each(doings)('%s %j', (type, words, counted) => {
  const doing = (object: string) => activityOf(alice, type, { object, ...words })
  const undo = (object: unknown) => activityOf(alice, 'Undo', { object })

  it('is taken back, with the whole activity or by its id, and again without harm', async () => {
    const { id, uri } = await meeting.say('One')
    for (const [name, of] of [
      ['whole', (it: object) => it],
      ['id', (it: Record<string, any>) => it['id']],
    ] as const) {
      const done = doing(uri)
      await meeting.deliver(alice, done)
      expect(await meeting.counts(id), name).toMatchObject(counted)
      const undone = undo(of(done))
      await meeting.deliver(alice, undone)
      await meeting.deliver(alice, undone)
      expect(await meeting.counts(id), name).toEqual(nothing)
      await meeting.deliver(alice, done)
      expect(await meeting.counts(id), name).toEqual(nothing)
    }
  })

  it('is taken back by what it was about, where its id is another one', async () => {
    const { id, uri } = await meeting.say('Two')
    await meeting.deliver(alice, doing(uri))
    await meeting.deliver(alice, undo(doing(uri)))
    expect(await meeting.counts(id)).toEqual(nothing)
  })

  it('does not happen when its Undo came first', async () => {
    const { id, uri } = await meeting.say('Three')
    const [whole, named] = [doing(uri), doing(uri)]
    await meeting.deliver(alice, undo(whole))
    await meeting.deliver(alice, undo(named['id']))
    await meeting.deliver(alice, whole)
    await meeting.deliver(alice, named)
    expect(await meeting.counts(id)).toEqual(nothing)
    await meeting.deliver(alice, doing(uri))
    expect(await meeting.counts(id)).toMatchObject(counted)
  })

  it('is not taken back by anybody else', async () => {
    const { id, uri } = await meeting.say('Four')
    const done = doing(uri)
    await meeting.deliver(alice, done)
    await meeting.deliver(mal, activityOf(mal, 'Undo', { object: done }))
    await meeting.deliver(mal, activityOf(mal, 'Undo', { object: done['id'] }))
    await meeting.deliver(mal, activityOf(mal, 'Undo', { object: { ...done, actor: mal.uri } }))
    expect(await meeting.counts(id)).toMatchObject(counted)
  })

  it('stays when another one is taken back', async () => {
    const [one, other] = [await meeting.say('Five'), await meeting.say('Six')]
    const [done, undone] = [doing(one.uri), doing(other.uri)]
    await meeting.deliver(alice, done)
    await meeting.deliver(alice, undone)
    await meeting.deliver(alice, undo(undone))
    expect(await meeting.counts(one.id)).toMatchObject(counted)
    expect(await meeting.counts(other.id)).toEqual(nothing)
  })
})

it('A reaction stays when the like is taken back, and the like when the reaction is', async () => {
  const { id, uri } = await meeting.say('Both')
  const like = activityOf(alice, 'Like', { object: uri })
  const reaction = activityOf(alice, 'EmojiReact', { object: uri, content: '🎉' })
  await meeting.deliver(alice, like)
  await meeting.deliver(alice, reaction)
  await meeting.deliver(alice, activityOf(alice, 'Undo', { object: { ...like, id: `${like['id']}x` } }))
  expect(await meeting.counts(id)).toMatchObject({ likes: 0, reactions: [{ name: '🎉' }] })
  await meeting.deliver(alice, activityOf(alice, 'Like', { object: uri }))
  await meeting.deliver(alice, activityOf(alice, 'Undo', { object: reaction['id'] }))
  expect(await meeting.counts(id)).toEqual({ ...nothing, likes: 1 })
})

it('A Block is taken back', async () => {
  const blocks = () => meeting.server.ctx.db.selectFrom('blocks').select('id').execute()
  const block = activityOf(alice, 'Block', { object: meeting.bobUri })
  await meeting.deliver(alice, block)
  expect(await blocks()).toHaveLength(1)
  await meeting.deliver(alice, activityOf(alice, 'Undo', { object: block }))
  expect(await blocks()).toEqual([])
})

it.each([
  ['a Dislike', () => activityOf(alice, 'Dislike', { object: meeting.bobUri })],
  ['an activity that nobody here knows', () => activityOf(alice, 'Bite', { object: meeting.bobUri })],
  ['an Undo', () => activityOf(alice, 'Undo', { object: `${alice.uri}/activities/0` })],
  ['nothing that has an id', () => ({ type: 'Like', object: meeting.bobUri })],
])('An Undo of %s is accepted, and does nothing', async (_what, object) => {
  const before = await meeting.server.ctx.db.selectFrom('statuses').select('id').execute()
  await meeting.deliver(alice, activityOf(alice, 'Undo', { object: object() }))
  const dead = await meeting.server.ctx.db.selectFrom('inboxMessages').select('lastError').execute()
  expect(dead.filter(({ lastError }) => lastError !== null)).toEqual([])
  expect(await meeting.server.ctx.db.selectFrom('statuses').select('id').execute()).toEqual(before)
})
