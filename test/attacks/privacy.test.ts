import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boostStatus } from '../../src/domain/interactions/boost-status.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import { createPost, type NewPost } from '../../src/domain/statuses/create-post.ts'
import { editPost } from '../../src/domain/statuses/edit-post.ts'
import { getVisibleStatus } from '../../src/domain/statuses/get-visible.ts'
import type { Actor } from '../../src/store/actors.ts'
import { activityType, getSigned, send, type Answer } from '../support/letters.ts'
import { confidential, watch } from '../support/oracle.ts'
import { activityOf, createOf, noteOf, type RemoteActor } from '../support/remote-server.ts'
import { befriend, findPost, startScene, type Scene } from './scene.ts'

let scene: Scene
let fan: RemoteActor
let closed: Scene
const said = { direct: '', private: '', public: '', answer: '' }

/** Bob says something to everybody, to followers, and to carol alone, and answers himself in private. */
beforeAll(async () => {
  scene = await startScene()
  closed = await startScene({ env: { AUTHORIZED_FETCH: 'true' } })
  fan = await scene.evil.addActor('fan')
  await fan.post(scene.server, activityOf(fan, 'Follow', { object: scene.bobUri }))
  await scene.server.settle()
  const post = async (visibility: NewPost['visibility'], more: object = {}) =>
    (await createPost(scene.server.ctx, scene.bob, { text: `${confidential} #secret`, visibility, ...more }))
      .id
  const open = await createPost(scene.server.ctx, scene.bob, {
    text: 'For everybody #open',
    visibility: 'public',
  })
  said.public = open.id
  said.private = await post('private')
  said.direct = await post('direct', { text: `${confidential} @carol` })
  said.answer = await post('direct', { text: `${confidential} @carol`, inReplyToId: open.id })
  await scene.server.settle()
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await closed?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
})

const ask = (path: string, accept = activityType, to = scene): Promise<Answer> =>
  send(to.server.port, { path, headers: { host: new URL(to.server.origin).host, accept } })

describe('what was not said to everybody', () => {
  const hidden = () => [said.private, said.direct, said.answer]

  it('stands in no list, feed or page, however it is asked for', async () => {
    const user = '/users/bob'
    const post = `${user}/statuses/${said.public}`
    const paths = [
      ...['', '/outbox', '/outbox?page=1', '/outbox?cursor=9223372036854775807', '/followers', '/following'],
      ...['/collections/featured', '/collections/tags', '.rss', '.atom', '.json', '/feed', '/embed'],
    ].map((path) => user + path)
    const others = [
      ...['', '/activity', '/replies', '/replies?page=1', '/likes', '/shares', '/context', '/embed', '.json'],
    ].map((path) => post + path)
    const pages = [
      ...['/', '/@bob', '/@bob.rss', '/@bob.atom', '/@bob.json', '/@bob?before=9223372036854775807'],
      ...[`/@bob/${said.public}`, `/@bob/${said.public}/embed`, '/tags/open', '/tags/secret', '/sitemap.xml'],
      ...['/tags/secret.rss', '/oembed', `/api/oembed?url=${encodeURIComponent(scene.server.origin + post)}`],
      ...['/api/v1/timelines/public', `/api/v1/statuses/${said.private}`, `/context/${said.public}`],
    ]
    const accepts = [activityType, 'text/html', 'application/json', 'application/rss+xml', '*/*']
    const { value } = await scene.watch(async () => {
      const answers: string[] = []
      for (const path of [...paths, ...others, ...pages])
        for (const accept of accepts) answers.push((await ask(path, accept)).body)
      return answers.join('\n')
    })
    expect(value).toContain('For everybody')
    expect(value).not.toContain(confidential)
    for (const id of hidden())
      expect(value.replaceAll(`statuses/${said.private}"`, '')).not.toContain(`/${id}`)
  })

  it('looks like what never was', async () => {
    for (const [visible, suffix] of hidden().flatMap((id) => [
      [id, ''],
      [id, '/activity'],
      [id, '/replies'],
    ])) {
      const absent = String(BigInt(visible!) - 1n)
      for (const accept of [activityType, 'text/html', 'application/json']) {
        const [one, other] = [
          await ask(`/users/bob/statuses/${visible}${suffix}`, accept),
          await ask(`/users/bob/statuses/${absent}${suffix}`, accept),
        ]
        const bare = ({ status, headers: { date: _date, ...headers }, body }: Answer, id: string) =>
          JSON.stringify({ status, headers, body }).replaceAll(id, 'ID')
        expect(bare(one, visible!)).toBe(bare(other, absent))
      }
    }
  })

  it('is given to whom it is for, by their own signature, and kept by no cache', async () => {
    const { server, mal } = scene
    const path = `/users/bob/statuses/${said.private}`
    for (const [signer, status] of [
      [mal, 404],
      [fan, 200],
      [mal, 404],
      [fan, 200],
    ] as const) {
      const { value } = await scene.watch(() => getSigned(server, path, signer))
      expect(value.status).toBe(status)
      if (status === 200) expect(value.headers['cache-control']).toBe('private, no-store')
      expect(value.headers.vary ?? '').toMatch(/signature/i)
    }
  })

  it('is given to nobody else by an edit, a boost or a quote', async () => {
    const { ctx } = scene.server
    const widened = { text: 'x', visibility: 'public', to: ['https://www.w3.org/ns/activitystreams#Public'] }
    await editPost(ctx, scene.bob, said.direct, { ...widened, text: `${confidential} @carol` })
    expect(await getVisibleStatus(ctx, said.direct, scene.carol.id)).toMatchObject({ visibility: 'direct' })
    await expect(getVisibleStatus(ctx, said.direct, undefined)).rejects.toMatchObject({ code: 'not_found' })
    await expect(boostStatus(ctx, scene.carol, said.direct)).rejects.toThrow()
    const quote = { text: 'Look', visibility: 'public', quoteOf: said.direct } as const
    await expect(createPost(ctx, scene.carol, quote)).rejects.toThrow()
  })
})

describe('what others said to a few', () => {
  it('reaches nobody else by being said again', async () => {
    const { alice, mal, bob, bobUri, carol, carolUri, server } = scene
    const note = noteOf(alice, { to: [bobUri], cc: [], content: confidential })
    await scene.takes(createOf(alice, note), alice)
    const wider = { ...note, to: [carolUri, 'https://www.w3.org/ns/activitystreams#Public'] }
    await scene.ignores(createOf(mal, wider))
    await scene.ignores(activityOf(mal, 'Update', { object: wider }))
    await scene.ignores(activityOf(mal, 'Announce', { object: wider, to: wider.to }))
    const stored = (await findPost(scene, note['id']))!
    expect(stored).toMatchObject({ visibility: 'direct', audience: [bob.id] })
    await expect(getVisibleStatus(server.ctx, stored.id, carol.id)).rejects.toThrow()
    const later = { ...wider, updated: new Date(Date.now() + 1000).toISOString() }
    await scene.takes(activityOf(alice, 'Update', { object: later }), alice)
    expect(await findPost(scene, note['id'])).toMatchObject({ visibility: 'direct', audience: [bob.id] })
  })

  it('is for followers when they were let in, and not before', async () => {
    const { server, victim, carol, mal, carolUri } = scene
    const shy = await victim.addActor('shy', { manuallyApprovesFollowers: true })
    await followActor(server.ctx, carol, (await server.ctx.remote.resolveActor(shy.uri)) as Actor)
    await server.settle()
    const { id } = victim.received('Follow').at(-1)
    const note = noteOf(shy, { to: [`${shy.uri}/followers`], cc: [], content: confidential })
    await scene.ignores(createOf(shy, note), shy)
    await scene.ignores(activityOf(mal, 'Accept', { object: id }))
    await scene.ignores(activityOf(shy, 'Accept', { object: `${carolUri}#follows/1` }), shy)
    await scene.ignores(createOf(shy, noteOf(shy, { to: [`${shy.uri}/followers`], cc: [] })), shy)
    await befriend(scene, carol, shy)
    const seen = await scene.takes(createOf(shy, noteOf(shy, { to: [`${shy.uri}/followers`], cc: [] })), shy)
    expect(seen.effects).not.toEqual([])
  })
})

describe('documents', () => {
  it('are not for whom an account blocks, whoever asked before', async () => {
    const { server, bob } = scene
    const enemy = await scene.evil.addActor('enemy')
    await blockActor(server.ctx, bob, (await server.ctx.remote.resolveActor(enemy.uri)) as Actor)
    await server.settle()
    const paths = [
      `/users/bob/statuses/${said.public}`,
      '/users/bob/collections/featured',
      '/users/bob/outbox',
    ]
    for (const path of paths)
      for (const [signer, status] of [
        [enemy, 404],
        [fan, 200],
        [enemy, 404],
      ] as const) {
        const { value } = await scene.watch(() => getSigned(server, path, signer))
        expect([path, value.status]).toEqual([path, status])
        expect(value.headers['cache-control'] ?? '').toMatch(/private|no-store/)
        expect(value.headers.vary ?? '').toMatch(/signature/i)
      }
  })

  it('are for those who say who they are, with authorized fetch', async () => {
    const { ctx } = closed.server
    const { id } = await createPost(ctx, closed.bob, { text: 'For everybody', visibility: 'public' })
    await closed.server.settle()
    for (const path of [`/users/bob/statuses/${id}`, '/users/bob/outbox', '/users/bob/followers']) {
      const { value } = await closed.watch(async () => [
        (await ask(path, activityType, closed)).status,
        (await getSigned(closed.server, path, closed.alice)).status,
        (await getSigned(closed.server, path, { ...closed.alice, privateKey: closed.mal.privateKey })).status,
      ])
      expect([path, ...value]).toEqual([path, 401, 200, 401])
    }
  })
})

it('What anybody may read is read again and again without harm', async () => {
  const { effects } = await watch(scene.server, async () => {
    for (let round = 0; round < 50; round++) await ask(`/users/bob/statuses/${said.public}`)
  })
  expect(effects).toEqual([])
})
