import { beforeEach, describe, expect, it } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { revokeQuote } from '../../../src/domain/quotes/revoke-quote.ts'
import { createPost, type NewPost } from '../../../src/domain/statuses/create-post.ts'
import { viewStatuses } from '../../../src/domain/statuses/view.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findPost } from '../../../src/store/statuses.ts'
import { send } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { mayBeQuotedBy, quoteAnswerOf, servePost, serveStamp } from '../../support/quotes.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'

const { server, remote, elsewhere, deliver } = await use(meet())

let dora: RemoteActor
let fan: RemoteActor
let bob: Actor
let carol: Actor
let bobUri: string

let serial = 0

/** Dora is quoted, and a fan elsewhere follows Bob, who quotes her. */
beforeEach(async () => {
  dora = await remote.addActor(`dora${++serial}`)
  fan = await elsewhere.addActor(`fan${serial}`)
  bob = await createMember(server.ctx, `bob${serial}`)
  carol = await createMember(server.ctx, `carol${serial}`)
  bobUri = `${server.origin}/users/${bob.username}`
  await deliver(fan, activityOf(fan, 'Follow', { object: bobUri }))
  remote.arrivals.length = 0
  elsewhere.arrivals.length = 0
})

const find = async (post: { id: string }) => (await findPost(server.ctx.db, post.id))!

async function read(uri: string): Promise<{ status: number; body: any }> {
  const headers = { host: new URL(server.origin).host, accept: 'application/activity+json' }
  const answer = await send(server.port, { path: new URL(uri).pathname, headers })
  return { status: answer.status, body: JSON.parse(answer.body) }
}

async function quote(by: Actor, quoteOf: string, more: Partial<NewPost> = {}) {
  const post = await createPost(server.ctx, by, { text: 'Look', visibility: 'public', quoteOf, ...more })
  await server.settle()
  return { ...post, uri: `${server.origin}/users/${by.username}/statuses/${post.id}` }
}

const postOf = async (by: Actor, more: Partial<NewPost> = {}) =>
  createPost(server.ctx, by, { text: 'Mine', visibility: 'public', ...more })

describe('a quote of somebody elsewhere', () => {
  async function doraPost(more: object = mayBeQuotedBy(PUBLIC)) {
    const note = noteOf(dora, more)
    servePost(remote, note)
    const status = await server.ctx.remote.resolveStatus(note['id'])
    return { uri: String(note['id']), id: status!.id }
  }
  const answer = (type: 'Accept' | 'Reject', stamp?: string, from = dora) =>
    deliver(from, quoteAnswerOf(from, type, remote.received('QuoteRequest')[0], stamp))
  const stampFor = (quoting: string, quoted: string) => serveStamp(remote, dora, { quoting, quoted })

  it('waits for the answer to a request that has the whole post in it', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    const [request, ...more] = remote.received('QuoteRequest')
    expect(more).toEqual([])
    expect(request).toMatchObject({
      id: `${bobUri}#quote_requests/${post.id}`,
      actor: bobUri,
      to: [dora.uri],
      object: quoted.uri,
      instrument: { id: post.uri, type: 'Note', attributedTo: bobUri, quote: quoted.uri },
    })
    expect(await find(post)).toMatchObject({ quoteState: 'pending', quoteUri: quoted.uri })
    const [create] = elsewhere.received('Create')
    expect(create.object).toMatchObject({
      quote: quoted.uri,
      quoteUrl: quoted.uri,
      quoteUri: quoted.uri,
      _misskey_quote: quoted.uri,
      interactionPolicy: { canQuote: { automaticApproval: [PUBLIC] } },
      tag: [{ type: 'Link', rel: 'https://misskey-hub.net/ns#_misskey_quote', href: quoted.uri }],
    })
    expect(create.object.quoteAuthorization).toBeUndefined()
    expect(create.object.content).toMatch(/^<p class="quote-inline">RE: <a [^>]*>.*<\/a><\/p><p>Look<\/p>$/)
  })

  it('is shown when they agree, and everybody learns by what stamp', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    const stamp = stampFor(post.uri, quoted.uri)
    await answer('Accept', stamp)
    await answer('Accept', stamp)
    expect(await find(post)).toMatchObject({ quoteState: 'accepted', quoteAuthorizationUri: stamp })
    const updates = elsewhere.received('Update')
    expect(updates).toHaveLength(1)
    expect(updates[0].object).toMatchObject({ id: post.uri, quote: quoted.uri, quoteAuthorization: stamp })
    const [view] = await viewStatuses(server.ctx, [await find(post)])
    expect(view).toMatchObject({ contentHtml: '<p>Look</p>', quote: { view: { uri: quoted.uri } } })
    expect((await read(post.uri)).body.quoteAuthorization).toBe(stamp)
  })

  it('is shown by nobody else’s word, and by no stamp that says something else', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    const stamp = stampFor(post.uri, quoted.uri)
    const neighbour = await remote.addActor(`neighbour${serial}`)
    await answer('Accept', stamp, neighbour)
    await answer('Accept', stamp, fan)
    await answer('Accept', serveStamp(remote, dora, { quoting: `${post.uri}0`, quoted: quoted.uri }))
    await answer('Accept', serveStamp(remote, neighbour, { quoting: post.uri, quoted: quoted.uri }))
    await answer('Accept', serveStamp(elsewhere, fan, { quoting: post.uri, quoted: quoted.uri }))
    await answer('Accept')
    await answer('Reject', undefined, neighbour)
    expect(await find(post)).toMatchObject({ quoteState: 'pending', quoteAuthorizationUri: null })
    expect(elsewhere.received('Update')).toEqual([])
  })

  it('is answered as well by those who lose the id of the request', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    const request = { ...remote.received('QuoteRequest')[0], id: undefined }
    const stamp = stampFor(post.uri, quoted.uri)
    await deliver(dora, quoteAnswerOf(dora, 'Accept', request, stamp))
    expect(await find(post)).toMatchObject({ quoteState: 'accepted', quoteAuthorizationUri: stamp })
  })

  it('is no quote any more when they refuse', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    await answer('Reject')
    await answer('Reject')
    expect(await find(post)).toMatchObject({ quoteState: 'rejected' })
    const updates = elsewhere.received('Update')
    expect(updates).toHaveLength(1)
    for (const word of ['quote', 'quoteUrl', 'quoteUri', '_misskey_quote', 'quoteAuthorization'])
      expect(updates[0].object).not.toHaveProperty(word)
    expect(updates[0].object).toMatchObject({ content: '<p>Look</p>', tag: [] })
  })

  it('ends when they take the stamp back, and stays so under that stamp', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id)
    const stamp = stampFor(post.uri, quoted.uri)
    await answer('Accept', stamp)
    await deliver(fan, activityOf(fan, 'Delete', { object: stamp }))
    expect(await find(post)).toMatchObject({ quoteState: 'accepted' })
    await deliver(dora, activityOf(dora, 'Delete', { object: stamp }))
    expect(await find(post)).toMatchObject({ quoteState: 'revoked' })
    const updates = elsewhere.received('Update')
    expect(updates.map(({ object }) => object.quote)).toEqual([quoted.uri, undefined])
    expect(new Set(updates.map(({ id }) => id)).size).toBe(2)
    await answer('Accept', stamp)
    expect(await find(post)).toMatchObject({ quoteState: 'revoked' })
  })

  it('is refused where their policy does not let us, and where they never said', async () => {
    for (const more of [{}, mayBeQuotedBy(dora.uri), mayBeQuotedBy(`${dora.uri}/followers`)]) {
      const quoted = await doraPost(more)
      await expect(quote(bob, quoted.id)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const { id } = await doraPost(mayBeQuotedBy(bobUri))
    expect(await quote(bob, id)).toMatchObject({ quoteState: 'pending' })
    const forFollowers = await doraPost(mayBeQuotedBy(`${dora.uri}/followers`))
    await followActor(server.ctx, bob, (await server.ctx.remote.resolveActor(dora.uri))!)
    await server.settle()
    await deliver(dora, activityOf(dora, 'Accept', { object: remote.received('Follow')[0].id }))
    expect(await quote(bob, forFollowers.id)).toMatchObject({ quoteState: 'pending' })
    expect(remote.received('QuoteRequest')).toHaveLength(2)
  })

  it('is refused for what is not for everybody, and in a direct post', async () => {
    const hidden = noteOf(dora, { to: [bobUri], cc: [], ...mayBeQuotedBy(PUBLIC) })
    await deliver(dora, createOf(dora, hidden))
    const { id } = (await server.ctx.remote.resolveStatus(hidden['id']))!
    await expect(quote(bob, id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(quote(carol, id)).rejects.toMatchObject({ code: 'not_found' })
    const open = await doraPost()
    await expect(quote(bob, open.id, { visibility: 'direct' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(remote.received('QuoteRequest')).toEqual([])
  })

  it('in a post for followers is for them and for whoever is asked', async () => {
    const quoted = await doraPost()
    const post = await quote(bob, quoted.id, { visibility: 'private' })
    const asked = await server.ctx.remote.resolveActor(dora.uri)
    expect(await find(post)).toMatchObject({ visibility: 'private', audience: [asked!.id] })
    expect(remote.received('QuoteRequest')[0].instrument).toMatchObject({
      to: [`${bobUri}/followers`],
      interactionPolicy: { canQuote: { automaticApproval: [bobUri] } },
    })
  })
})

describe('a quote of somebody here', () => {
  it('is shown at once, by a stamp that others can read', async () => {
    const quoted = await postOf(carol)
    const post = await quote(bob, quoted.id)
    expect(await find(post)).toMatchObject({ quoteState: 'accepted', quoteUri: null, quoteOfId: quoted.id })
    const [{ object }] = elsewhere.received('Create')
    const carolUri = `${server.origin}/users/${carol.username}`
    const quotedUri = `${carolUri}/statuses/${quoted.id}`
    expect(object).toMatchObject({
      quote: quotedUri,
      quoteAuthorization: `${carolUri}/quote_authorizations/${post.id}`,
    })
    expect(await read(object.quoteAuthorization)).toMatchObject({
      status: 200,
      body: { attributedTo: carolUri, interactingObject: post.uri, interactionTarget: quotedUri },
    })
  })

  it('of oneself takes no stamp, and shows what is for followers to nobody else', async () => {
    const own = await postOf(bob, { visibility: 'private' })
    await expect(quote(bob, own.id)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await quote(bob, own.id, { visibility: 'private' })).toMatchObject({ quoteState: 'accepted' })
    const open = await quote(bob, (await postOf(bob, { quotePolicy: 'nobody' })).id)
    expect(open).toMatchObject({ quoteState: 'accepted' })
    expect((await read(open.uri)).body).not.toHaveProperty('quoteAuthorization')
  })

  it('is refused by policy, by blocks, and of what is not for everybody', async () => {
    const followers = await postOf(carol, { quotePolicy: 'followers' })
    const refused = [await postOf(carol, { quotePolicy: 'nobody' }), followers]
    for (const { id } of refused) await expect(quote(bob, id)).rejects.toMatchObject({ code: 'forbidden' })
    const direct = await postOf(carol, { visibility: 'direct', text: `@${bob.username} psst` })
    await expect(quote(bob, direct.id)).rejects.toMatchObject({ code: 'forbidden' })
    const hidden = await postOf(carol, { visibility: 'private' })
    await expect(quote(bob, hidden.id)).rejects.toMatchObject({ code: 'not_found' })
    await followActor(server.ctx, bob, carol)
    expect(await quote(bob, followers.id)).toMatchObject({ quoteState: 'accepted' })
    const open = await postOf(carol)
    await blockActor(server.ctx, bob, carol)
    await expect(quote(bob, open.id)).rejects.toThrow()
  })

  it('ends when they take it back, for everybody', async () => {
    const quoted = await postOf(carol)
    const post = await quote(bob, quoted.id)
    const { quoteAuthorization } = (await read(post.uri)).body
    await expect(revokeQuote(server.ctx, bob, post.uri)).rejects.toMatchObject({ code: 'not_found' })
    await revokeQuote(server.ctx, carol, post.uri)
    await server.settle()
    expect(await find(post)).toMatchObject({ quoteState: 'revoked' })
    expect((await read(quoteAuthorization)).status).toBe(410)
    expect((await read(post.uri)).body).not.toHaveProperty('quote')
    expect(elsewhere.received('Update')).toHaveLength(1)
  })
})

describe('what a post says of who may quote it', () => {
  it.each([
    ['public', undefined, PUBLIC],
    ['unlisted', 'followers', '/followers'],
    ['public', 'nobody', ''],
    ['private', 'public', ''],
  ] as const)('%s, for %s', async (visibility, quotePolicy, expected) => {
    const post = await postOf(bob, { visibility, quotePolicy })
    await server.settle()
    const [{ object }] = elsewhere.received('Create')
    expect(object.id).toBe(`${bobUri}/statuses/${post.id}`)
    const party = expected === PUBLIC ? PUBLIC : bobUri + expected
    expect(object.interactionPolicy).toEqual({ canQuote: { automaticApproval: [party] } })
  })
})
