import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from '../support/letters.ts'
import { activityOf, type RemoteActor } from '../support/remote-server.ts'
import { findPost, greeting, startScene, type Scene } from './scene.ts'

const activityStreams = 'https://www.w3.org/ns/activitystreams'

let scene: Scene
let mal: RemoteActor

beforeAll(async () => {
  scene = await startScene()
  ;({ mal } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

beforeEach(async () => {
  for (const { arrivals } of [scene.victim, scene.evil]) arrivals.length = 0
  await scene.server.ctx.db.deleteFrom('inboxMessages').execute()
})

const hello = (more?: object) => greeting(mal, scene.bobUri, more)

/** Turned away at the door, or set aside: nothing else comes of it. */
async function comesToNothing(activity: object): Promise<void> {
  const { value, effects } = await scene.takes(activity)
  expect(value.status).toBeLessThan(500)
  expect(effects.filter((effect) => !effect.startsWith('inbox_messages'))).toEqual([])
}

describe('a body that is no activity is refused, and nothing in it is fetched', () => {
  it.each<[string, () => string]>([
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['a list of activities', () => JSON.stringify([hello()])],
    ['a number', () => '1'],
    ['an address', () => JSON.stringify(`${scene.evil.origin}/x`)],
    ['nothing at all', () => '{}'],
    ['half of one', () => '{"actor":'],
    ['100,000 levels', () => '['.repeat(100_000)],
    ['3,000 levels', () => '{"a":'.repeat(3000)],
  ])('%s', async (_name, body) => {
    const { keyId, privateKey } = mal
    await scene.expectRefused(() => post(scene.server, { keyId, privateKey, body: body() }))
    expect(scene.evil.fetched()).toEqual([])
  })
})

describe('a document says one thing', () => {
  it.each<[string, () => object]>([
    ['without graphs', () => ({ '@graph': [hello()['object']] })],
    ['without what is included', () => ({ '@included': [hello()['object']] })],
    ['without reversed words', () => ({ '@reverse': { object: hello()['object'] } })],
    [
      'without other names for graphs',
      () => ({ '@context': [activityStreams, { g: '@graph' }], g: [{ type: 'Note' }] }),
    ],
    [
      'without other names for what is reversed',
      () => ({ '@context': [activityStreams, { r: '@reverse' }], r: { actor: 'x' } }),
    ],
    ['of one kind', () => ({ type: ['Delete', 'Create'] })],
    ['of a kind that is a word', () => ({ type: { '@value': 'Create' } })],
    [
      'with graphs nowhere inside',
      () => ({ object: { ...hello()['object'], '@graph': [{ type: 'Note' }] } }),
    ],
    ['about one kind of thing', () => ({ object: { ...hello()['object'], type: ['Note', 'Person'] } })],
  ])('%s', (_rule, changes) => comesToNothing({ ...hello(), ...changes() }))

  it('in the words that its context defines: another word for the actor is no second actor', async () => {
    const context = [activityStreams, { x: 'as:actor', as: `${activityStreams}#` }]
    await comesToNothing({ ...hello(), '@context': context, x: scene.alice.uri })
    const renamed = [activityStreams, { actor: 'https://other.example/ns#actor' }]
    await comesToNothing({ ...hello(), '@context': renamed })
    const moved = [
      activityStreams,
      { attributedTo: { '@id': 'https://other.example/ns#by', '@type': '@id' } },
    ]
    await comesToNothing({ ...hello(), '@context': moved })
  })

  it('and what its context does not define says nothing', async () => {
    const create = hello({ attributionDomains: ['bank.example'], undefinedWord: { type: 'Note' } })
    const { effects } = await scene.takes(create)
    expect(effects).toEqual(expect.arrayContaining([expect.stringMatching(/^statuses: /)]))
    const stored = await findPost(scene, create['object'].id)
    expect(JSON.stringify(stored)).not.toMatch(/attributionDomains|bank\.example|undefinedWord/)
  })
})

describe('a context that cannot be had is waited for, without hurry', () => {
  const notFound = (response: ServerResponse) => response.writeHead(404).end()
  const tooLong = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/ld+json' })
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
      response.once('drain', more)
    }
    more()
  }
  const deep = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/ld+json' }).end('{"@context":'.repeat(3000))

  it.each([
    ['one that is not there', notFound],
    ['one without end', tooLong],
    ['one without bottom', deep],
  ])('%s', { timeout: 60_000 }, async (name, answer) => {
    const path = `/context/${encodeURIComponent(name)}`
    scene.evil.serve(path, (_request, response) => {
      answer(response)
    })
    const started = performance.now()
    const { value, effects, fetches } = await scene.takes({
      ...hello(),
      '@context': [activityStreams, scene.evil.origin + path],
    })
    expect(performance.now() - started).toBeLessThan(15_000)
    expect({ status: value.status, effects }).toEqual({
      status: 202,
      effects: ['inbox_messages: 0 -> 1 rows'],
    })
    expect(fetches.length).toBeLessThanOrEqual(3)
    const { deadAt, attempts } = await scene.server.ctx.db
      .selectFrom('inboxMessages')
      .select(['deadAt', 'attempts'])
      .executeTakeFirstOrThrow()
    expect({ deadAt, attempts }).toEqual({ deadAt: null, attempts: 1 })
  })

  it('and a document that names many is not read', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `${scene.evil.origin}/contexts/${index}`)
    const create = hello()
    const { fetches } = await scene.takes({ ...create, '@context': [activityStreams, ...many] })
    expect(fetches.length).toBeLessThanOrEqual(3)
    expect(await findPost(scene, create['object'].id)).toBeUndefined()
  })

  it('and one that leads to the next, and that to another, is left soon', async () => {
    for (let index = 0; index < 50; index++)
      scene.evil.serve(
        `/chain/${index}`,
        { '@context': [`${scene.evil.origin}/chain/${index + 1}`, {}] },
        'application/ld+json',
      )
    const { fetches } = await scene.takes({
      ...activityOf(mal, 'Like', { object: scene.bobUri }),
      '@context': [activityStreams, `${scene.evil.origin}/chain/0`],
    })
    expect(fetches.length).toBeLessThanOrEqual(20)
  })
})
