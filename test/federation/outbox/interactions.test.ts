import { beforeEach, describe, expect, it } from 'vitest'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { likeStatus } from '../../../src/domain/interactions/like-status.ts'
import { reactToStatus } from '../../../src/domain/interactions/react-to-status.ts'
import { unboost } from '../../../src/domain/interactions/unboost.ts'
import { unlikeStatus } from '../../../src/domain/interactions/unlike-status.ts'
import { unreact } from '../../../src/domain/interactions/unreact.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createMember } from '../../support/people.ts'
import { activityType, send } from '../../support/letters.ts'
import { activityOf, createOf, noteOf, type RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

/** A member of her own for each test, who follows alice; dora, elsewhere, follows her. */
const meeting = await use(meet())

let alice: RemoteActor
let dora: RemoteActor
let carol: Actor
let carolUri: string
let serial = 0

beforeEach(async () => {
  alice = await meeting.remote.addActor(`alice${++serial}`)
  dora = await meeting.elsewhere.addActor(`dora${serial}`)
  carol = await createMember(meeting.server.ctx, `carol${serial}`)
  carolUri = `${meeting.server.origin}/users/carol${serial}`
  await meeting.follow(alice, carol)
  await meeting.deliver(dora, activityOf(dora, 'Follow', { object: carolUri }))
  meeting.remote.arrivals.length = 0
  meeting.elsewhere.arrivals.length = 0
})

const everybody = 'https://www.w3.org/ns/activitystreams#Public'

/** A post of alice's that is here. */
async function hear(more: object = {}): Promise<{ id: string; uri: string }> {
  const note = noteOf(alice, more)
  await meeting.deliver(alice, createOf(alice, note))
  const row = await meeting.server.ctx.db
    .selectFrom('remoteStatuses')
    .select('id')
    .where('uri', '=', note['id'])
    .executeTakeFirstOrThrow()
  return { id: row.id, uri: note['id'] }
}

async function read(uri: string): Promise<{ status: number; document: any }> {
  const path = uri.slice(meeting.server.origin.length)
  const host = new URL(meeting.server.origin).host
  const { status, body } = await send(meeting.server.port, { path, headers: { host, accept: activityType } })
  return { status, document: JSON.parse(body) }
}

describe('a like', () => {
  it('is sent to the author, once, and taken back whole', async () => {
    const { ctx } = meeting.server
    const { id, uri } = await hear()
    await likeStatus(ctx, carol, id)
    await likeStatus(ctx, carol, id)
    await meeting.server.settle()
    const likes = meeting.remote.received('Like')
    expect(likes).toMatchObject([{ actor: carolUri, object: uri, to: [alice.uri] }])
    expect(likes[0].id).toMatch(new RegExp(`^${carolUri}#likes/\\d+$`))
    await unlikeStatus(ctx, carol, id)
    await unlikeStatus(ctx, carol, id)
    await meeting.server.settle()
    expect(meeting.remote.received('Undo')).toMatchObject([
      {
        actor: carolUri,
        to: [alice.uri],
        object: { type: 'Like', id: likes[0].id, actor: carolUri, object: uri },
      },
    ])
    expect(meeting.elsewhere.received()).toEqual([])
  })

  it('of a post here is sent to nobody', async () => {
    const { id } = await meeting.say('Here')
    await likeStatus(meeting.server.ctx, carol, id)
    await reactToStatus(meeting.server.ctx, carol, id, '🎉')
    await unlikeStatus(meeting.server.ctx, carol, id)
    await unreact(meeting.server.ctx, carol, id, '🎉')
    await meeting.server.settle()
    expect([...meeting.remote.received(), ...meeting.elsewhere.received()]).toEqual([])
  })
})

describe('a reaction', () => {
  it('is sent to the author with its emoji, and taken back whole', async () => {
    const { ctx } = meeting.server
    const { id, uri } = await hear()
    await reactToStatus(ctx, carol, id, '🎉')
    await meeting.server.settle()
    const sent = meeting.remote.received('EmojiReact')
    expect(sent).toMatchObject([
      { actor: carolUri, object: uri, to: [alice.uri], content: '🎉', _misskey_reaction: '🎉' },
    ])
    await unreact(ctx, carol, id, '🎉')
    await meeting.server.settle()
    expect(meeting.remote.received('Undo')).toMatchObject([
      { object: { type: 'EmojiReact', id: sent[0].id, content: '🎉' } },
    ])
  })

  it('with a custom emoji brings its picture along', async () => {
    const { id, uri } = await hear()
    const url = 'https://remote.example/blobcat.png'
    const tag = [{ type: 'Emoji', name: ':blobcat:', icon: { type: 'Image', url } }]
    await meeting.deliver(dora, activityOf(dora, 'EmojiReact', { object: uri, content: ':blobcat:', tag }))
    await reactToStatus(meeting.server.ctx, carol, id, ':blobcat:')
    await meeting.server.settle()
    expect(meeting.remote.received('EmojiReact')).toMatchObject([
      { content: ':blobcat:', tag: [{ type: 'Emoji', name: ':blobcat:', icon: { url } }] },
    ])
    expect(await meeting.counts(id)).toMatchObject({ reactions: [{ name: 'blobcat', count: 2 }] })
  })
})

describe('a boost', () => {
  it('is sent to the followers and the author, and its Undo to the same', async () => {
    const { ctx } = meeting.server
    const { id, uri } = await hear()
    const boost = await boostStatus(ctx, carol, id)
    expect((await boostStatus(ctx, carol, id)).id).toBe(boost.id)
    await meeting.server.settle()
    const announce = {
      id: `${carolUri}/statuses/${boost.id}/activity`,
      actor: carolUri,
      object: uri,
      to: [everybody],
      cc: [alice.uri, `${carolUri}/followers`],
      published: boost.createdAt.toISOString(),
    }
    for (const host of [meeting.remote, meeting.elsewhere])
      expect(host.received('Announce')).toMatchObject([announce])
    await unboost(ctx, carol, id)
    await unboost(ctx, carol, id)
    await meeting.server.settle()
    for (const host of [meeting.remote, meeting.elsewhere])
      expect(host.received('Undo')).toMatchObject([
        { actor: carolUri, to: announce.to, cc: announce.cc, object: { type: 'Announce', ...announce } },
      ])
    expect((await boostStatus(ctx, carol, id)).id).not.toBe(boost.id)
  })

  it('that is deleted like a post is undone', async () => {
    const { ctx } = meeting.server
    const boost = await boostStatus(ctx, carol, (await hear()).id)
    await meeting.server.settle()
    await deletePost(ctx, carol, boost.id)
    await meeting.server.settle()
    const announce = { type: 'Announce', id: `${carolUri}/statuses/${boost.id}/activity` }
    expect(meeting.elsewhere.received('Undo')).toMatchObject([{ object: announce }])
    expect(meeting.elsewhere.received('Delete')).toEqual([])
  })

  it('is a document, and stands in the outbox, as long as it and what it boosts are there', async () => {
    const { ctx } = meeting.server
    const [kept, dropped] = [await hear(), await hear()]
    const [boost, other] = [await boostStatus(ctx, carol, kept.id), await boostStatus(ctx, carol, dropped.id)]
    const uri = `${carolUri}/statuses/${boost.id}`
    const announce = { type: 'Announce', id: `${uri}/activity`, object: kept.uri }
    for (const address of [uri, `${uri}/activity`])
      expect(await read(address)).toMatchObject({ status: 200, document: announce })
    const outbox = await read(`${carolUri}/outbox?cursor=9223372036854775807`)
    expect(outbox.document.orderedItems).toMatchObject([{ object: dropped.uri }, announce])
    await unboost(ctx, carol, boost.id)
    await meeting.deliver(alice, activityOf(alice, 'Delete', { object: dropped.uri }))
    for (const { id } of [boost, other])
      expect(await read(`${carolUri}/statuses/${id}`)).toMatchObject({
        status: 410,
        document: { type: 'Tombstone' },
      })
    const after = await read(`${carolUri}/outbox?cursor=9223372036854775807`)
    expect(after.document.orderedItems).toEqual([])
  })

  it("of one's own post for followers is for followers, and its document for nobody else", async () => {
    const { ctx } = meeting.server
    const secret = await meeting.say('To followers', 'private')
    const boost = await boostStatus(ctx, meeting.bob, secret.id)
    expect(boost.visibility).toBe('private')
    const { status } = await read(`${meeting.bobUri}/statuses/${boost.id}`)
    expect(status).toBe(404)
    await meeting.server.settle()
    expect([...meeting.remote.received(), ...meeting.elsewhere.received()]).toEqual([])
  })

  it('that is unlisted is addressed so', async () => {
    const { id } = await hear({ to: [`${alice.uri}/followers`], cc: [everybody] })
    await boostStatus(meeting.server.ctx, carol, id)
    await meeting.server.settle()
    expect(meeting.elsewhere.received('Announce')).toMatchObject([
      { to: [`${carolUri}/followers`], cc: [alice.uri, everybody] },
    ])
  })

  it('of a post of ours goes with it, and its Undo is left to the Delete', async () => {
    const { ctx } = meeting.server
    const post = await meeting.say('Mine')
    const boost = await boostStatus(ctx, carol, post.id)
    await meeting.server.settle()
    expect(meeting.elsewhere.received('Announce')).toMatchObject([{ object: post.uri }])
    await deletePost(ctx, meeting.bob, post.id)
    await meeting.server.settle()
    expect((await read(`${carolUri}/statuses/${boost.id}`)).status).toBe(410)
    expect(meeting.elsewhere.received('Undo')).toEqual([])
  })
})

describe('an answer', () => {
  it('reaches whom it answers without naming them, unless it is for others only', async () => {
    const { id, uri } = await hear()
    const { ctx } = meeting.server
    await createPost(ctx, carol, { text: 'Quite so', visibility: 'public', inReplyToId: id })
    await createPost(ctx, carol, { text: 'Between us', visibility: 'private', inReplyToId: id })
    await meeting.server.settle()
    const created = meeting.remote.received('Create').map(({ object }) => object)
    expect(created).toMatchObject([{ inReplyTo: uri, content: '<p>Quite so</p>' }])
  })

  it('to a boost answers what was boosted', async () => {
    const { id, uri } = await hear()
    const boost = await boostStatus(meeting.server.ctx, carol, id)
    const answer = { text: 'Again', visibility: 'public', inReplyToId: boost.id } as const
    expect(await createPost(meeting.server.ctx, carol, answer)).toMatchObject({
      inReplyToId: id,
      inReplyToUri: uri,
    })
  })
})
