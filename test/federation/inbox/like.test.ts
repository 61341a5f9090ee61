import { beforeEach, describe, expect, it } from 'vitest'
import { upsertBlock } from '../../../src/store/blocks.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { activityOf, createOf, noteOf, type RemoteActor } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'
import { meet } from '../../support/meeting.ts'

const meeting = await use(meet())

let alice: RemoteActor
let serial = 0

beforeEach(async () => {
  alice = await meeting.remote.addActor(`alice${++serial}`)
})

const like = (object: unknown, more: object = {}) => activityOf(alice, 'Like', { object, ...more })
const react = (object: unknown, content: unknown, more: object = {}) =>
  activityOf(alice, 'EmojiReact', { object, content, ...more })
const emoji = (name: string, url: string) => ({
  type: 'Emoji',
  name,
  icon: { type: 'Image', url },
})
const picture = 'https://remote.example/blobcat.png'
const nothing = { likes: 0, boosts: 0, replies: 0, reactions: [] }

async function countRows(): Promise<number[]> {
  const { db } = meeting.server.ctx
  const likes = await db.selectFrom('likes').select('id').execute()
  const reactions = await db.selectFrom('reactions').select('id').execute()
  return [likes.length, reactions.length]
}

describe('a Like', () => {
  it('counts once, however often it comes, under whatever id', async () => {
    const { id, uri } = await meeting.say('Like this')
    const first = like(uri)
    await meeting.deliver(alice, first)
    await meeting.deliver(alice, first)
    await meeting.deliver(alice, like({ id: uri, type: 'Note' }))
    expect(await meeting.counts(id)).toEqual({ ...nothing, likes: 1 })
  })

  it('of a post elsewhere counts when the post is here, and fetches nothing when it is not', async () => {
    const author = await meeting.elsewhere.addActor(`author${serial}`)
    await meeting.follow(author)
    const note = noteOf(author)
    await meeting.deliver(author, createOf(author, note))
    await meeting.deliver(alice, like(note['id']))
    await meeting.deliver(alice, like(`${meeting.elsewhere.origin}/notes/unknown`))
    const [row] = await meeting.server.ctx.db.selectFrom('remoteStatuses').select('id').execute()
    expect(await meeting.counts(row!.id)).toEqual({ ...nothing, likes: 1 })
    expect(meeting.elsewhere.fetched()).not.toContain('/notes/unknown')
  })

  it('of what they may not see does nothing, and of what is for them counts', async () => {
    const secret = await meeting.say('To followers', 'private')
    const before = await countRows()
    await meeting.deliver(alice, like(secret.uri))
    expect(await countRows()).toEqual(before)
    await meeting.deliver(alice, activityOf(alice, 'Follow', { object: meeting.bobUri }))
    await meeting.deliver(alice, like(secret.uri))
    expect(await meeting.counts(secret.id)).toMatchObject({ likes: 1 })
  })

  it('by or of somebody who blocks the other does nothing', async () => {
    const { ctx } = meeting.server
    const { id, uri } = await meeting.say('Not for all')
    const actor = await ctx.remote.resolveActor(alice.uri)
    await ctx.db
      .transaction()
      .execute((tx) => upsertBlock(tx, { id: ctx.newId(), actorId: meeting.bob.id, targetId: actor!.id }))
    await meeting.deliver(alice, like(uri))
    await meeting.deliver(alice, react(uri, '🎉'))
    expect(await meeting.counts(id)).toEqual(nothing)
  })

  it.each([
    ['an actor', () => meeting.bobUri],
    ['nothing that is here', () => `${meeting.bobUri}/statuses/1`],
    ['something that has no id', () => ({ type: 'Note', content: 'x' })],
  ])('of %s does nothing', async (_what, object) => {
    const before = await countRows()
    await meeting.deliver(alice, like(object()))
    expect(await countRows()).toEqual(before)
  })

  it("in somebody else's name is refused", async () => {
    const mal = await meeting.elsewhere.addActor(`mal${serial}`)
    const { id, uri } = await meeting.say('Mine')
    expect((await mal.post(meeting.server, like(uri))).status).toBe(401)
    await meeting.server.settle()
    expect(await meeting.counts(id)).toEqual(nothing)
  })

  it('goes with the post', async () => {
    const before = await countRows()
    const { id, uri } = await meeting.say('Gone soon')
    await meeting.deliver(alice, like(uri))
    await meeting.deliver(alice, react(uri, '🎉'))
    await deletePost(meeting.server.ctx, meeting.bob, id)
    await meeting.deliver(alice, like(uri))
    expect(await countRows()).toEqual(before)
  })

  it('goes with the one who liked, as their block does', async () => {
    const { id, uri } = await meeting.say('Stays')
    await meeting.deliver(alice, like(uri))
    await meeting.deliver(alice, react(uri, '🎉'))
    await meeting.deliver(alice, activityOf(alice, 'Block', { object: meeting.bobUri }))
    const { id: actorId } = (await meeting.server.ctx.remote.resolveActor(alice.uri))!
    const { db } = meeting.server.ctx
    const blocks = () => db.selectFrom('blocks').select('id').where('actorId', '=', actorId).execute()
    expect([await meeting.counts(id), await blocks()]).toMatchObject([{ likes: 1 }, [{}]])
    await meeting.deliver(alice, activityOf(alice, 'Delete', { object: alice.uri }))
    expect([await meeting.counts(id), await blocks()]).toEqual([nothing, []])
  })
})

describe('a reaction', () => {
  it.each([
    ['EmojiReact', { content: '👍' }, '👍', null],
    ['Like', { content: '👍' }, '👍', null],
    ['Like', { _misskey_reaction: '👍' }, '👍', null],
    ['Like', { content: ':blobcat:', tag: [emoji(':blobcat:', picture)] }, 'blobcat', picture],
    ['EmojiReact', { content: 'blobcat', tag: emoji('blobcat', picture) }, 'blobcat', picture],
    [
      'EmojiReact',
      { content: ':blobcat@remote.example:', tag: [emoji('blobcat@remote.example', picture)] },
      'blobcat',
      picture,
    ],
  ])('as %s with %j is %s', async (type, words, name, emojiUrl) => {
    const { id, uri } = await meeting.say('React')
    const activity = activityOf(alice, type, { object: uri, ...words })
    await meeting.deliver(alice, activity)
    await meeting.deliver(alice, activity)
    expect(await meeting.counts(id)).toEqual({ ...nothing, reactions: [{ name, emojiUrl, count: 1 }] })
  })

  it.each([{ content: '❤' }, { content: '❤️' }, { _misskey_reaction: '❤️' }, { content: 'well said' }])(
    'as a Like with %j is a like',
    async (words) => {
      const { id, uri } = await meeting.say('Like')
      await meeting.deliver(alice, like(uri, words))
      expect(await meeting.counts(id)).toEqual({ ...nothing, likes: 1 })
    },
  )

  it.each([
    ['words', 'well said', []],
    ['nothing', undefined, []],
    ['two emoji', '👍👎', []],
    ['a shortcode without its picture', ':blobcat:', []],
    ['a shortcode with the picture of another', ':blobcat:', [emoji(':other:', picture)]],
    ['a picture that is not on the web', ':blobcat:', [emoji(':blobcat:', 'data:image/png;base64,AAAA')]],
  ])('with %s is none', async (_what, content, tag) => {
    const { id, uri } = await meeting.say('React')
    await meeting.deliver(alice, react(uri, content, { tag }))
    expect(await meeting.counts(id)).toEqual(nothing)
  })

  it('is one of ten at most under one post', async () => {
    const { id, uri } = await meeting.say('React')
    const many = ['🍇', '🍈', '🍉', '🍊', '🍋', '🍌', '🍍', '🥭', '🍎', '🍏', '🍐']
    for (const content of many) await meeting.deliver(alice, react(uri, content))
    expect((await meeting.counts(id))?.reactions.map(({ name }) => name)).toEqual(many.slice(0, 10))
    await meeting.deliver(alice, react(uri, many[0]))
    expect((await meeting.counts(id))?.reactions).toHaveLength(10)
  })

  it('as a Dislike is let go', async () => {
    const before = await countRows()
    const { uri } = await meeting.say('Dislike')
    await meeting.deliver(alice, activityOf(alice, 'Dislike', { object: uri }))
    expect(await countRows()).toEqual(before)
  })
})
