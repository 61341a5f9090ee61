import { describe, expect, test } from 'vitest'
import { readActivity, readEmbeddedActivity } from '../../../src/federation/vocab/read-activity.ts'
import { activityOf, AS, contextsFrom, type Json, PUBLIC, wire } from './read-support.ts'

const like: Json = {
  '@context': AS,
  id: 'https://a.test/likes/1',
  type: 'Like',
  actor: 'https://a.test/users/al',
  object: 'https://ours.test/1',
}

describe('activities as they come', () => {
  test('Mastodon sends a post', () => {
    const { object, objects, ...activity } = activityOf(wire('mastodon-create'))
    expect(activity).toEqual({
      id: 'https://mastodon.test/users/alice/statuses/1/activity',
      type: 'Create',
      actor: 'https://mastodon.test/users/alice',
      published: new Date('2026-10-01T08:00:00Z'),
      to: [PUBLIC],
      cc: ['https://mastodon.test/users/alice/followers', 'https://ours.test/users/bob'],
      emojis: [],
    })
    expect(object.id).toBe('https://mastodon.test/users/alice/statuses/1')
    expect(object.embedded).toMatchObject({ type: 'Note' })
    expect(objects).toEqual([object])
  })

  test('GoToSocial addresses without lists', () => {
    const activity = activityOf(wire('gotosocial-create'))
    expect(activity).toMatchObject({ to: [PUBLIC], cc: ['https://gts.test/users/gus/followers'] })
    expect(activity.published).toEqual(new Date('2026-10-01T08:00:00Z'))
  })

  test('Akkoma reacts with a picture', () => {
    expect(activityOf(wire('akkoma-emoji-react'))).toMatchObject({
      type: 'EmojiReact',
      content: ':blobcat:',
      emojis: [{ shortcode: 'blobcat', url: 'https://akkoma.test/emoji/blobcat.png' }],
      object: { id: 'https://ours.test/users/bob/statuses/7' },
    })
  })

  test('Misskey reacts by a Like', () => {
    expect(activityOf(wire('misskey-like'))).toMatchObject({ type: 'Like', content: '👍' })
  })

  test('snac takes a follow back', () => {
    const { embedded } = activityOf(wire('snac-undo-follow')).object
    expect(embedded && readEmbeddedActivity(embedded)).toMatchObject({
      activity: {
        id: 'http://snac.test/sam/f/1',
        type: 'Follow',
        object: { id: 'https://ours.test/users/bob' },
      },
    })
  })

  test('a Lemmy community passes on what a member posted', () => {
    const announce = activityOf(wire('lemmy-announce-page'))
    expect(announce).toMatchObject({ type: 'Announce', actor: 'https://lemmy.test/c/birds' })
    const { embedded } = announce.object
    expect(embedded && readEmbeddedActivity(embedded)).toMatchObject({
      activity: {
        type: 'Create',
        actor: 'https://lemmy.test/u/lou',
        object: { id: 'https://lemmy.test/post/1' },
      },
    })
  })

  test.each(['pixelfed-create', 'friendica-create', 'snac-create'])('%s', (name) => {
    expect(activityOf(wire(name))).toMatchObject({
      type: 'Create',
      to: [PUBLIC],
      object: { id: expect.any(String) },
    })
  })
})

describe('what an activity may say', () => {
  test('a Flag names an account and posts', () => {
    const flag = { ...like, type: 'Flag', object: ['https://ours.test/1', { id: 'https://ours.test/2' }] }
    expect(activityOf({ ...flag, content: 'Spam\u0000' })).toMatchObject({
      objects: [{ id: 'https://ours.test/1' }, { id: 'https://ours.test/2' }],
      content: 'Spam',
    })
  })

  test('an actor may come as a whole', () => {
    const actor = { id: like['actor'], type: 'Person' }
    expect(activityOf({ ...like, actor }).actor).toBe(like['actor'])
  })

  test('an object without an id is embedded, an id alone is not', () => {
    const note = { type: 'Note', content: 'x' }
    expect(activityOf({ ...like, type: 'Create', object: note }).object).toEqual({ embedded: note })
    expect(activityOf({ ...like, object: { id: 'https://ours.test/1' } }).object).toEqual({
      id: 'https://ours.test/1',
    })
  })

  test('an activity of a type that we do not know is unknown', () => {
    expect(activityOf({ ...like, type: 'Dance', object: [] })).toMatchObject({ type: 'Unknown', object: {} })
    expect(activityOf({ ...like, type: ['Like', 'Applause'] }).type).toBe('Like')
  })

  test('recipients are counted once, in one spelling, and not without end', () => {
    const many = Array.from({ length: 50_000 }, (_, n) => `https://a.test/${n}`)
    expect(activityOf({ ...like, to: many }).to).toHaveLength(500)
    const to = [
      'as:Public',
      'Public',
      PUBLIC,
      'HTTPS://A.test:443/x',
      'https://a.test/x',
      'mailto:a@b',
      7,
      null,
    ]
    expect(activityOf({ ...like, to }).to).toEqual([PUBLIC, 'https://a.test/x'])
  })

  test.each([
    ['not-a-date', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['+275760-09-13T00:00:00Z', undefined],
    ['0000-01-01T00:00:00Z', undefined],
    ['9999-01-01T00:00:00Z', undefined],
    ['2020-01-01', undefined],
    ['2020-01-01T00:00:00', '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00+01:00', '2019-12-31T23:00:00Z'],
    ['2020-01-01 00:00:00.123456789Z', '2020-01-01T00:00:00.123Z'],
  ])('published %s', (published, expected) => {
    expect(activityOf({ ...like, published }).published).toEqual(expected && new Date(expected))
  })
})

describe('refused', () => {
  const actor = 'https://a.test/users/al'

  test.each<[string, Json, string]>([
    ['no id', { id: undefined }, 'no-id'],
    ['an id that is no address', { id: 'urn:uuid:1' }, 'no-id'],
    ['no actor', { actor: undefined }, 'no-actor'],
    ['two actors', { actor: [actor, 'https://b.test/users/bo'] }, 'many-actors'],
    ['the same actor twice', { actor: [actor, actor] }, 'many-actors'],
    ['an actor without an id', { actor: { type: 'Person' } }, 'no-actor'],
    ['an actor with a password', { actor: 'https://al:pw@a.test/users/al' }, 'no-actor'],
    ['an actor that is a script', { actor: 'javascript:alert(1)' }, 'no-actor'],
    ['an actor on a host with a dot at its end', { actor: 'https://a.test./users/al' }, 'no-actor'],
    ['no object', { object: undefined }, 'no-object'],
    ['two objects', { object: ['https://ours.test/1', 'https://ours.test/2'] }, 'many-objects'],
    ['two activities in one', { type: ['Delete', 'Create'] }, 'mixed-types'],
    ['an activity that is a person', { type: ['Like', 'Person'] }, 'mixed-types'],
    ['a note', { type: 'Note' }, 'unsupported-type'],
    ['no type', { type: undefined }, 'unsupported-type'],
    ['a graph', { '@graph': [] }, 'forbidden-keyword'],
  ])('%s', async (_, change, problem) => {
    const json = JSON.parse(JSON.stringify({ ...like, ...change })) as Json
    const loaders = contextsFrom()
    expect(await readActivity(json, loaders)).toEqual({ ok: false, problem })
    expect(loaders.asked).toEqual([])
  })

  test('a document that needs JSON-LD, where a context is not to be had', async () => {
    const strange = { ...like, '@context': [AS, 'https://words.test/context'] }
    const loaders = contextsFrom({ 'https://words.test/context': { '@context': {} } })
    expect(await readActivity(strange, loaders)).toEqual({ ok: true, activity: activityOf(like) })
    expect(await readActivity(strange, contextsFrom())).toEqual({ ok: false, problem: 'context-unavailable' })
  })
})
