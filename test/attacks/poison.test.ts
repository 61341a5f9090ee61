import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { post } from '../support/letters.ts'
import { activityOf, noteOf, type RemoteActor } from '../support/remote-server.ts'
import { countInboxMessages } from '../../src/store/inbox.ts'
import { listInteractionCounts } from '../../src/store/interaction-counts.ts'
import { findPoll } from '../../src/store/polls.ts'
import { findPost, greeting, startScene, type Scene } from './scene.ts'

let scene: Scene
let mal: RemoteActor

beforeAll(async () => {
  scene = await startScene()
  ;({ mal } = scene)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

beforeEach(async () => void (await scene.server.ctx.db.deleteFrom('inboxMessages').execute()))

const hello = (more?: object) => greeting(mal, scene.bobUri, more)

/** Taken and done with: nothing waits to be tried again, and nothing is set aside. */
async function expectDone(...activities: object[]): Promise<void> {
  const { value } = await scene.watch(async () => {
    const statuses = new Set<number>()
    for (const activity of activities) statuses.add((await mal.post(scene.server, activity)).status)
    return statuses
  })
  expect([...value]).toEqual([202])
  expect(await countInboxMessages(scene.server.ctx.db)).toEqual({ pending: 0, dead: 0 })
}

describe('what no database keeps is turned away at the door', () => {
  it.each(['\u0000', '\ud800', '\udfff', 'a\ud800\ud800b'])('%j', async (text) => {
    const places = [
      { content: text },
      { summary: text },
      { name: text },
      { tag: [{ type: 'Hashtag', name: `#${text}` }] },
    ]
    const { value, effects } = await scene.watch(() =>
      Promise.all(
        [
          ...places.map((place) => hello(place)),
          activityOf(mal, 'Like', { object: scene.bobUri, content: text }),
          { ...hello(), id: `${mal.uri}/${text}` },
          { ...hello(), [text]: 1 },
        ].map(async (activity) => (await mal.post(scene.server, activity)).status),
      ),
    )
    expect({ value, effects }).toEqual({ value: value.map(() => 400), effects: [] })
  })

  it('also as it stands in the bytes', async () => {
    const { keyId, privateKey } = mal
    const broken = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')])
    await scene.expectRefused(() => post(scene.server, { keyId, privateKey, body: broken }))
  })
})

describe('a post is kept, and what cannot be true of it is left out', () => {
  const moments = [
    ...[
      '+275760-09-13T00:00:00Z',
      '+999999-01-01T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '-271821-04-20T00:00:00Z',
    ],
    ...[
      '0001-01-01T00:00:00Z',
      '4714-01-01T00:00:00 BC',
      'infinity',
      'now',
      '2026-02-30T25:61:61Z',
      '1e400',
      '',
    ],
  ]

  it('when it was said', async () => {
    const said = moments.map((moment) =>
      hello({ published: moment, updated: moment, startTime: moment, endTime: moment }),
    )
    await expectDone(...said)
    for (const [index, { object }] of (said as { object: { id: string } }[]).entries()) {
      const { createdAt } = (await findPost(scene, object.id))!
      expect(createdAt.getTime(), moments[index]).toBeGreaterThan(Date.parse('0000-01-01'))
      expect(createdAt.getTime(), moments[index]).toBeLessThanOrEqual(Date.now() + 10 * 60_000)
    }
  })

  it('how often it was liked, and how many voted', async () => {
    const most = Number.MAX_SAFE_INTEGER
    // What is said, and what is kept of it.
    const odd: [unknown, number | undefined][] = [
      ...[2 ** 63, 2 ** 64, 1e300].map((large): [number, number] => [large, most]),
      [1.5, 1],
      ...[-1, -(2 ** 63), '9223372036854775808', 'NaN', null, [], {}].map((none): [unknown, undefined] => [
        none,
        undefined,
      ]),
    ]
    const endTime = new Date(Date.now() + 3600_000).toISOString()
    const said = odd.map(([totalItems]) => {
      const counted = { type: 'Collection', totalItems }
      const option = (name: string) => ({ type: 'Note', name, replies: counted })
      const oneOf = [option('One'), option('Two')]
      return {
        liked: hello({ likes: counted, shares: counted, replies: counted }),
        asked: hello({ type: 'Question', oneOf, endTime, votersCount: totalItems }),
      }
    })
    await expectDone(...said.flatMap(({ liked, asked }) => [liked, asked]))
    const { db } = scene.server.ctx
    for (const [index, { liked, asked }] of said.entries()) {
      const [totalItems, kept] = odd[index]!
      const note = (await findPost(scene, liked['object'].id))!
      const counts = (await listInteractionCounts(db, [note.id])).get(note.id)
      expect(counts, String(totalItems)).toMatchObject({ likes: 0, boosts: 0, replies: 0 })
      const question = (await findPost(scene, asked['object'].id))!
      expect(await findPoll(db, question.id), String(totalItems)).toMatchObject({
        votes: [String(kept ?? 0), String(kept ?? 0)],
        voters: kept === undefined ? null : String(kept),
      })
    }
  })

  it('how large its pictures are', async () => {
    const media = { type: 'Image', mediaType: 'image/png', url: `${scene.evil.origin}/a.png` }
    // What is said, and what is kept of it.
    const sizes: [unknown, object][] = [
      ...[2 ** 31, 2 ** 63, 1e300, 'x', null].map((none): [unknown, object] => [none, {}]),
      [-1, { focalPoint: [-1, -1] }],
      [0, { focalPoint: [0, 0] }],
      [1.5, { width: 1, height: 1 }],
    ]
    const said = sizes.map(([size]) =>
      hello({
        attachment: [{ ...media, width: size, height: size, focalPoint: [size, size], duration: size }],
      }),
    )
    await expectDone(...said)
    const { type: _type, ...kept } = media
    const unsaid = { description: null, blurhash: null }
    for (const [index, { object }] of (said as { object: { id: string } }[]).entries()) {
      const [size, more] = sizes[index]!
      const { attachments } = (await findPost(scene, object.id))!
      expect(attachments, String(size)).toEqual([
        { ...kept, ...unsaid, width: null, height: null, focalPoint: null, ...more },
      ])
    }
  })

  const oddities: object[] = [
    { inReplyTo: 'https://[' },
    { inReplyTo: ['x', 7, null, {}] },
    { url: { href: 7 } },
    { tag: 'x' },
    { tag: [null, 7, 'x', [], { type: 'Mention' }, { type: 'Emoji', icon: null }] },
    { attachment: { type: 'Image' } },
    { attachment: [[[]]] },
    { to: [null, 7, {}, 'x'] },
    { contentMap: [] },
    { contentMap: { 'x-\u202e': 'y', '': 'z' } },
    { sensitive: 'yes' },
    { quoteUrl: {} },
    { interactionPolicy: 'x' },
    { replies: 'https://[' },
    { context: 7, conversation: {} },
    { source: [] },
  ]

  it('whatever is in the place of something else', () => expectDone(...oddities.map((odd) => hello(odd))))
})

it('An actor says odd things of themselves, and is kept', async () => {
  const odd = await scene.evil.addActor('odd', {
    published: '+275760-09-13T00:00:00Z',
    name: ['x', 7, null],
    summary: {},
    icon: [null, { type: 'Image', url: 7 }],
    tag: [null, { type: 'Emoji' }],
    attachment: [null, { type: 'PropertyValue', name: 7, value: {} }],
    alsoKnownAs: [7, null, 'x', 'https://['],
    movedTo: 'https://[',
    featured: {},
    endpoints: [],
    discoverable: 'perhaps',
  })
  const { value } = await scene.takes(activityOf(odd, 'Follow', { object: scene.carolUri }), odd)
  expect(value.status).toBe(202)
  expect(await countInboxMessages(scene.server.ctx.db)).toEqual({ pending: 0, dead: 0 })
})

it('What can never be read is set aside at once, and hinders nothing that comes after', async () => {
  const { value } = await scene.takes({ ...hello(), type: ['Create', 'Delete'] })
  expect(value.status).toBe(202)
  expect(await countInboxMessages(scene.server.ctx.db)).toEqual({ pending: 0, dead: 1 })
  const note = noteOf(mal, { to: [scene.bobUri] })
  await scene.takes(activityOf(mal, 'Create', { to: note['to'], object: note }))
  expect(await findPost(scene, note['id'])).toBeDefined()
})
