/* oxlint-disable max-lines -- one scene, in which the same people quote and are quoted */
import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { retryQuoteRequest } from '../../../src/domain/quotes/retry-quote-request.ts'
import { revokeQuote } from '../../../src/domain/quotes/revoke-quote.ts'
import { createPost, type NewPost } from '../../../src/domain/statuses/create-post.ts'
import { deletePost } from '../../../src/domain/statuses/delete-post.ts'
import { viewStatuses } from '../../../src/domain/statuses/view.ts'
import type { Jobs } from '../../../src/store/jobs.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { send } from '../../support/letters.ts'
import { mastodonQuote, quoteRequestOf, servePost, serveStamp } from '../../support/quotes.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import type { RemoteActor } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, elsewhere, bob, bobUri, deliver } = await use(meet())

let alice: RemoteActor
let dora: RemoteActor
let mal: RemoteActor

let serial = 0
beforeEach(async () => {
  alice = await remote.addActor(`alice${++serial}`)
  dora = await elsewhere.addActor(`dora${serial}`)
  mal = await elsewhere.addActor(`mal${serial}`)
  remote.arrivals.length = 0
  elsewhere.arrivals.length = 0
})

const find = (note: { id?: string }) => findRemoteStatus(server.ctx.db, String(note.id))

async function show(note: { id?: string }) {
  const [view] = await viewStatuses(server.ctx, [(await find(note))!])
  return { content: view!.contentHtml, quoted: view!.quote?.view?.uri ?? null, state: view!.quote?.state }
}

async function read(uri: string): Promise<{ status: number; body: any }> {
  const headers = { host: new URL(server.origin).host, accept: 'application/activity+json' }
  const answer = await send(server.port, { path: new URL(uri).pathname, headers })
  return { status: answer.status, body: JSON.parse(answer.body) }
}

const postOf = async (more: Partial<NewPost> = {}) => {
  const { id } = await createPost(server.ctx, bob, { text: 'Mine', visibility: 'public', ...more })
  return { id, uri: `${bobUri}/statuses/${id}` }
}

const stamps = () => server.ctx.db.selectFrom('quoteAuthorizations').selectAll().orderBy('id').execute()

describe('a quote of somebody elsewhere', () => {
  /** Dora's post, and one of Alice's for Bob that quotes it. */
  function quoting(changes: (posts: { quoting: string; quoted: string }) => object) {
    const quoted = noteOf(dora, { content: '<p>Original</p>' })
    servePost(elsewhere, quoted)
    const note = noteOf(alice, { to: [bobUri] })
    return { quoted, note: { ...note, ...changes({ quoting: note['id'], quoted: quoted['id'] }) } as any }
  }

  it('is shown once the quoted author is found to agree, and then without the link to it', async () => {
    const { quoted, note } = quoting((posts) =>
      mastodonQuote(posts.quoted, serveStamp(elsewhere, dora, posts)),
    )
    const create = createOf(alice, note)
    await deliver(alice, create)
    await deliver(alice, create)
    expect(await show(note)).toEqual({ content: '<p>Look</p>', quoted: quoted['id'], state: 'accepted' })
  })

  it('is a link as long as nobody agreed, whoever wrote it in whatever way', async () => {
    const ways: ((uri: string) => object)[] = [
      (uri) => mastodonQuote(uri),
      (quoteUrl) => ({ quoteUrl }),
      (uri) => ({ _misskey_quote: uri, quoteUrl: uri }),
      (quoteUri) => ({ quoteUri }),
      (href) => ({
        tag: [
          {
            type: 'Link',
            mediaType: 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
            rel: 'https://misskey-hub.net/ns#_misskey_quote',
            href,
          },
        ],
      }),
    ]
    for (const way of ways) {
      const { quoted, note } = quoting((posts) => way(posts.quoted))
      await deliver(alice, createOf(alice, note))
      expect(await find(note)).toMatchObject({ quoteUri: quoted['id'], quoteState: 'pending' })
    }
    expect(elsewhere.fetched()).toEqual([])
  })

  it('is not shown by a stamp that says something else, or is not the author’s to give', async () => {
    const other = noteOf(dora)
    const stampsOf: ((posts: { quoting: string; quoted: string }) => string)[] = [
      (posts) => serveStamp(elsewhere, dora, { ...posts, quoting: `${posts.quoting}0` }),
      (posts) => serveStamp(elsewhere, dora, { ...posts, quoted: other['id'] }),
      (posts) => serveStamp(elsewhere, mal, posts),
      (posts) => serveStamp(elsewhere, dora, posts, { attributedTo: alice.uri }),
      (posts) => serveStamp(elsewhere, dora, posts, { type: 'Note' }),
      (posts) => serveStamp(elsewhere, dora, posts, { id: `${dora.uri}/other` }),
      (posts) => serveStamp(remote, alice, posts, { attributedTo: dora.uri }),
      (posts) => serveStamp(remote, alice, posts),
      () => `${dora.uri}/quote_authorizations/none`,
    ]
    for (const stampOf of stampsOf) {
      const { note } = quoting((posts) => mastodonQuote(posts.quoted, stampOf(posts)))
      await deliver(alice, createOf(alice, note))
      const { state, content } = await show(note)
      expect(state).toBe('rejected')
      expect(content).toContain('RE:')
    }
  })

  it('that learns later of consent is shown from then on, and no longer when it names another post', async () => {
    const { quoted, note } = quoting((posts) => mastodonQuote(posts.quoted))
    await deliver(alice, createOf(alice, note))
    expect(await show(note)).toMatchObject({ state: 'pending', quoted: null })
    const stamp = serveStamp(elsewhere, dora, { quoting: note.id, quoted: quoted['id'] })
    const approved = { ...note, ...mastodonQuote(quoted['id'], stamp) }
    await deliver(alice, activityOf(alice, 'Update', { object: approved }))
    expect(await show(note)).toMatchObject({ state: 'accepted', quoted: quoted['id'] })
    const other = noteOf(dora)
    servePost(elsewhere, other)
    const changed = { ...note, ...mastodonQuote(other['id'], stamp) }
    await deliver(alice, activityOf(alice, 'Update', { object: changed }))
    expect(await show(note)).toMatchObject({ state: 'rejected' })
    await deliver(
      alice,
      activityOf(alice, 'Update', {
        object: { ...note, quote: undefined, quoteUri: undefined, _misskey_quote: undefined },
      }),
    )
    expect(await find(note)).toMatchObject({ quoteUri: null, quoteState: null, quoteOfId: null })
  })

  it('ends when the quoted author takes the stamp back, and nobody else', async () => {
    let stamp = ''
    const { quoted, note } = quoting((posts) =>
      mastodonQuote(posts.quoted, (stamp = serveStamp(elsewhere, dora, posts))),
    )
    await deliver(alice, createOf(alice, note))
    const revocation = (actor: RemoteActor) => ({
      ...activityOf(actor, 'Delete', { object: stamp }),
      id: `${stamp}#delete/${serial}/${actor.uri}`,
    })
    await deliver(mal, activityOf(mal, 'Delete', { object: stamp }))
    await deliver(alice, activityOf(alice, 'Delete', { object: stamp }))
    expect(await show(note)).toMatchObject({ state: 'accepted', quoted: quoted['id'] })
    await deliver(dora, { ...revocation(dora), id: `${dora.uri}#delete-stamp` })
    expect(await show(note)).toMatchObject({ state: 'revoked', content: expect.stringContaining('RE:') })
    await deliver(alice, activityOf(alice, 'Update', { object: { ...note, content: '<p>New</p>' } }))
    expect(await show(note)).toMatchObject({ state: 'revoked' })
  })

  it('does not begin with a stamp that was taken back before it came', async () => {
    let stamp = ''
    const { note } = quoting((posts) =>
      mastodonQuote(posts.quoted, (stamp = serveStamp(elsewhere, dora, posts))),
    )
    elsewhere.serve(new URL(stamp).pathname, (_request, response) => response.writeHead(410).end())
    await deliver(dora, activityOf(dora, 'Delete', { object: stamp }))
    await deliver(alice, createOf(alice, note))
    expect(await show(note)).toMatchObject({ state: 'rejected' })
  })

  it('does not keep a post from being taken back that others name as their stamp', async () => {
    const quoted = noteOf(dora, { to: [bobUri] })
    servePost(elsewhere, quoted)
    await deliver(dora, createOf(dora, quoted))
    for (let index = 0; index < 12; index++) {
      const note = noteOf(mal, { to: [bobUri], ...mastodonQuote(quoted['id'], quoted['id']) })
      await deliver(mal, createOf(mal, note))
    }
    await deliver(dora, activityOf(dora, 'Delete', { object: quoted['id'] }))
    expect(await find(quoted)).toBeUndefined()
  })

  it('ends with its stamp, however many others name the same', async () => {
    let stamp = ''
    const { quoted, note } = quoting((posts) =>
      mastodonQuote(posts.quoted, (stamp = serveStamp(elsewhere, dora, posts))),
    )
    for (let index = 0; index < 12; index++)
      await deliver(mal, createOf(mal, noteOf(mal, { to: [bobUri], ...mastodonQuote(quoted['id'], stamp) })))
    await deliver(alice, createOf(alice, note))
    expect(await show(note)).toMatchObject({ state: 'accepted' })
    await deliver(dora, activityOf(dora, 'Delete', { object: stamp }))
    expect(await show(note)).toMatchObject({ state: 'revoked' })
  })

  it('shows nothing more when the quoted post is gone', async () => {
    const { quoted, note } = quoting((posts) =>
      mastodonQuote(posts.quoted, serveStamp(elsewhere, dora, posts)),
    )
    await deliver(alice, createOf(alice, note))
    await deliver(dora, activityOf(dora, 'Delete', { object: quoted['id'] }))
    expect(await show(note)).toMatchObject({ quoted: null, content: expect.stringContaining('RE:') })
  })

  it('of oneself takes no stamp', async () => {
    const quoted = noteOf(alice)
    servePost(remote, quoted)
    const note = noteOf(alice, { to: [bobUri], ...mastodonQuote(quoted['id']) })
    await deliver(alice, createOf(alice, note))
    expect(await show(note)).toMatchObject({ state: 'accepted', quoted: quoted['id'] })
    const forged = noteOf(mal, { to: [bobUri], ...mastodonQuote(quoted['id']) })
    await deliver(mal, createOf(mal, forged))
    expect(await show(forged)).toMatchObject({ state: 'pending' })
  })

  it('is followed two posts deep, and no chain further', async () => {
    const chain = [noteOf(dora), noteOf(dora), noteOf(dora), noteOf(dora), noteOf(dora)]
    for (const [index, note] of chain.entries()) {
      const next = chain[index + 1]
      servePost(elsewhere, next === undefined ? note : { ...note, ...mastodonQuote(next['id']) })
    }
    const [first, second] = chain
    await deliver(dora, createOf(dora, { ...first, to: [bobUri], ...mastodonQuote(second!['id']) }))
    const stored = await Promise.all(chain.map(find))
    expect(stored.map((status) => status !== undefined)).toEqual([true, true, true, false, false])
  })
})

describe('a request to quote one of ours', () => {
  const quoteOf = (uri: string, more = {}) => noteOf(alice, { ...mastodonQuote(uri), ...more })

  const answers = () =>
    remote.received().flatMap(({ type }) => (['Accept', 'Reject'].includes(type) ? [type] : []))
  const stampsFor = async (note: { id?: string }) =>
    (await stamps()).filter(({ quotingUri }) => quotingUri === note.id)
  /** Requests about a post that wait, in order. */
  const waiting = async (note: { id?: string }) => {
    const { rows } = await sql<{ data: Jobs['quote.postponed'] }>`
      select data from pgboss.job
      where name = 'quote.postponed' and data ->> 'quotingUri' = ${note.id} order by start_after`.execute(
      server.ctx.db,
    )
    return rows.map(({ data }) => data)
  }

  it('is accepted with a stamp that anybody can read, once for each post', async () => {
    const { uri } = await postOf()
    const note = quoteOf(uri)
    const request = quoteRequestOf(alice, uri, note)
    await deliver(alice, request)
    await deliver(alice, request)
    const [accept, ...more] = remote.received('Accept')
    expect(more).toEqual([])
    expect(accept).toMatchObject({
      actor: bobUri,
      to: [alice.uri],
      object: {
        id: request['id'],
        type: 'QuoteRequest',
        actor: alice.uri,
        object: uri,
        instrument: note['id'],
      },
    })
    expect(await read(accept.result)).toMatchObject({
      status: 200,
      body: {
        id: accept.result,
        type: 'QuoteAuthorization',
        attributedTo: bobUri,
        interactingObject: note['id'],
        interactionTarget: uri,
      },
    })
    expect(await show(note)).toMatchObject({ state: 'accepted', quoted: uri, content: '<p>Look</p>' })
    await deliver(alice, quoteRequestOf(alice, uri, note))
    expect(remote.received('Accept').map(({ result }) => result)).toEqual([accept.result, accept.result])
    await deliver(alice, createOf(alice, { ...note, ...mastodonQuote(uri, accept.result) }))
    expect(await show(note)).toMatchObject({ state: 'accepted' })
  })

  it('waits while the post cannot be seen, and is answered when it can', async () => {
    const { uri } = await postOf()
    const note = quoteOf(uri)
    const silent = (_request: unknown, response: ServerResponse) => void response.writeHead(503).end()
    remote.serve(new URL(note['id']).pathname, silent)
    const request = quoteRequestOf(alice, uri, note['id'])
    for (const again of ['', '/again']) await deliver(alice, { ...request, id: request['id'] + again })
    expect(await stampsFor(note)).toEqual([])
    const [first, ...others] = await waiting(note)
    expect(others).toEqual([])
    expect(first).toMatchObject({ requestUri: request['id'], attempt: 0 })
    await retryQuoteRequest(server.ctx, first!)
    const [, second] = await waiting(note)
    expect(second).toMatchObject({ attempt: 1 })
    await retryQuoteRequest(server.ctx, { ...first!, attempt: 3 })
    expect(await waiting(note)).toHaveLength(2)
    expect(answers()).toEqual([])

    servePost(remote, note)
    for (const _ of [1, 2]) await retryQuoteRequest(server.ctx, second!)
    await server.settle()
    const accepts = remote.received('Accept')
    expect(accepts[0]).toMatchObject({ object: { id: request['id'], instrument: note['id'] } })
    expect(new Set(accepts.map(({ result }) => result)).size).toBe(1)
    expect(await stampsFor(note)).toHaveLength(1)
  })

  it.each<[string, (note: any) => void]>([
    [
      'is gone',
      (note) => remote.serve(new URL(note.id).pathname, (_, response) => void response.writeHead(410).end()),
    ],
    [
      'quotes something else',
      (note) => servePost(remote, { ...note, ...mastodonQuote(`${bobUri}/statuses/1`) }),
    ],
  ])('that waits is rejected when it turns out that the post %s', async (_, change) => {
    const { uri } = await postOf()
    const note = quoteOf(uri)
    remote.serve(new URL(note['id']).pathname, (_request, response) => void response.writeHead(503).end())
    await deliver(alice, quoteRequestOf(alice, uri, note['id']))
    expect(answers()).toEqual([])
    change(note)
    await retryQuoteRequest(server.ctx, (await waiting(note))[0]!)
    await server.settle()
    expect(answers()).toEqual(['Reject'])
    expect(await stampsFor(note)).toEqual([])
  })

  it('may name the post by its id, and is answered when that is theirs and quotes ours', async () => {
    const { uri } = await postOf()
    const note = quoteOf(uri)
    servePost(remote, note)
    await deliver(alice, quoteRequestOf(alice, uri, note['id']))
    expect(remote.received('Accept')).toHaveLength(1)
    const unrelated = noteOf(alice)
    servePost(remote, unrelated)
    await deliver(alice, quoteRequestOf(alice, uri, unrelated['id']))
    await deliver(alice, quoteRequestOf(alice, uri, `${alice.uri}/notes/none`))
    await deliver(alice, quoteRequestOf(alice, uri, noteOf(alice)))
    const neighbour = await remote.addActor(`neighbour${serial}`)
    servePost(remote, { ...note, id: `${neighbour.uri}/notes/1`, attributedTo: neighbour.uri })
    await deliver(alice, quoteRequestOf(alice, uri, `${neighbour.uri}/notes/1`))
    expect(remote.received('Accept')).toHaveLength(1)
    expect(remote.received('Reject')).toHaveLength(4)
  })

  it('means nothing for somebody else’s post, for what is not ours, or without a post', async () => {
    const before = await stamps()
    const { uri } = await postOf()
    const note = quoteOf(uri)
    servePost(remote, note)
    await deliver(mal, quoteRequestOf(mal, uri, note['id']))
    await deliver(alice, quoteRequestOf(alice, `${alice.uri}/notes/1`, note))
    await deliver(alice, { ...quoteRequestOf(alice, uri, note), instrument: undefined })
    await deliver(alice, quoteRequestOf(alice, `${bobUri}/statuses/1`, note))
    for (const place of [remote, elsewhere]) {
      expect(place.received('Accept')).toEqual([])
      expect(place.received('Reject')).toEqual([])
    }
    expect(await stamps()).toEqual(before)
  })

  it('is refused by policy and by blocks, and not answered about what is not for everybody', async () => {
    const before = await stamps()
    const { uri } = await postOf({ quotePolicy: 'nobody' })
    await deliver(alice, quoteRequestOf(alice, uri, quoteOf(uri)))
    const followers = await postOf({ quotePolicy: 'followers' })
    await deliver(alice, quoteRequestOf(alice, followers.uri, quoteOf(followers.uri)))
    expect(remote.received('Reject')).toHaveLength(2)
    for (const visibility of ['private', 'direct'] as const) {
      const hidden = await postOf({ visibility, quotePolicy: 'public' })
      await deliver(alice, quoteRequestOf(alice, hidden.uri, quoteOf(hidden.uri)))
    }
    const deleted = await postOf()
    await deletePost(server.ctx, bob, deleted.id)
    await deliver(alice, quoteRequestOf(alice, deleted.uri, quoteOf(deleted.uri)))
    expect(remote.received('Reject')).toHaveLength(2)
    expect(await stamps()).toEqual(before)
    await deliver(alice, activityOf(alice, 'Follow', { object: bobUri }))
    await deliver(alice, quoteRequestOf(alice, followers.uri, quoteOf(followers.uri)))
    const accepts = () => remote.received('Accept').filter(({ result }) => result !== undefined)
    expect(accepts()).toHaveLength(1)
    const open = await postOf()
    await blockActor(server.ctx, bob, (await server.ctx.remote.resolveActor(alice.uri))!)
    await deliver(alice, quoteRequestOf(alice, open.uri, quoteOf(open.uri)))
    expect(accepts()).toHaveLength(1)
  })

  it('may be regretted: the stamp is gone, everybody is told, and asking again does not help', async () => {
    const { uri } = await postOf()
    const note = quoteOf(uri)
    await deliver(alice, quoteRequestOf(alice, uri, note))
    const [{ result }] = remote.received('Accept')
    await revokeQuote(server.ctx, bob, note['id'])
    await server.settle()
    expect(remote.received('Delete')).toMatchObject([{ actor: bobUri, object: result }])
    expect(await read(result)).toMatchObject({ status: 410, body: { id: result, type: 'Tombstone' } })
    expect(await show(note)).toMatchObject({ state: 'revoked', content: expect.stringContaining('RE:') })
    await deliver(alice, quoteRequestOf(alice, uri, note))
    expect(remote.received('Reject')).toHaveLength(1)
    const shown = { ...note, ...mastodonQuote(uri, result), updated: new Date().toISOString() }
    await deliver(alice, activityOf(alice, 'Update', { object: shown }))
    expect(await show(note)).toMatchObject({ state: 'revoked' })
    await expect(revokeQuote(server.ctx, bob, note['id'])).rejects.toThrow('does not quote you')
  })

  it('leaves a stamp that goes with the quoted post', async () => {
    const { id, uri } = await postOf()
    await deliver(alice, quoteRequestOf(alice, uri, quoteOf(uri)))
    const [{ result }] = remote.received('Accept')
    expect((await read(result.replace('/bob/', '/nobody/'))).status).toBe(404)
    expect((await read(`${bobUri}/quote_authorizations/1`)).status).toBe(404)
    await deletePost(server.ctx, bob, id)
    expect((await read(result)).status).toBe(410)
  })
})

describe('a quote of ours by those who never ask', () => {
  it('is shown where its author lets everybody, until they take that back', async () => {
    const { uri } = await postOf()
    const note = noteOf(alice, { _misskey_quote: uri, quoteUrl: uri })
    await deliver(alice, createOf(alice, note))
    expect(await show(note)).toMatchObject({ state: 'accepted', quoted: uri })
    await revokeQuote(server.ctx, bob, note['id'])
    expect(await show(note)).toMatchObject({ state: 'revoked' })
  })

  it('is a link where its author does not', async () => {
    for (const more of [{ quotePolicy: 'nobody' }, { visibility: 'private' }] as const) {
      const { uri } = await postOf(more)
      const note = noteOf(alice, { to: [bobUri], _misskey_quote: uri, quoteUrl: uri })
      await deliver(alice, createOf(alice, note))
      expect((await find(note))?.quoteState).toBe('pending')
    }
  })
})
