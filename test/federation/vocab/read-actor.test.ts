import { describe, expect, test } from 'vitest'
import { readActor } from '../../../src/federation/vocab/read-actor.ts'
import { actorOf, type Json, now, plain, wire } from './read-support.ts'

const mastodon = wire('mastodon-person')
const id = 'https://mastodon.test/users/alice'

describe('actors as they come', () => {
  test('from Mastodon', () => {
    const { publicKeys, ...actor } = actorOf(mastodon)
    expect(publicKeys).toEqual([
      { id: `${id}#main-key`, owner: id, pem: expect.stringMatching(/^-----BEGIN PUBLIC/) },
    ])
    expect(actor).toEqual({
      id,
      type: 'Person',
      preferredUsername: 'alice',
      name: 'Alice :wren:',
      summaryHtml: '<p>Birds and trains</p>',
      url: 'https://mastodon.test/@alice',
      inbox: `${id}/inbox`,
      outbox: `${id}/outbox`,
      sharedInbox: 'https://mastodon.test/inbox',
      followers: `${id}/followers`,
      following: `${id}/following`,
      featured: `${id}/collections/featured`,
      featuredTags: `${id}/collections/tags`,
      iconUrl: 'https://files.mastodon.test/a.png',
      imageUrl: 'https://files.mastodon.test/h.png',
      manuallyApprovesFollowers: true,
      discoverable: true,
      indexable: true,
      memorial: false,
      suspended: false,
      alsoKnownAs: ['https://old.test/users/alice'],
      movedTo: 'https://new.test/users/alice',
      published: new Date('2020-01-01T00:00:00Z'),
      fields: [
        {
          name: 'Home',
          valueHtml:
            '<a href="https://alice.test" rel="nofollow noopener noreferrer" target="_blank">https://alice.test</a>',
        },
      ],
      emojis: [{ shortcode: 'wren', url: 'https://files.mastodon.test/emoji/wren.png' }],
      multikeys: [],
    })
  })

  test('from GoToSocial, whose key is a document of its own', () => {
    expect(actorOf(wire('gotosocial-person')).publicKeys).toMatchObject([
      { id: 'https://gts.test/users/gus/main-key' },
    ])
  })

  test('from Misskey', () => {
    const actor = actorOf(wire('misskey-person'))
    expect(actor).toMatchObject({ name: 'Mika', sharedInbox: 'https://misskey.test/inbox' })
    expect(actor).not.toHaveProperty('iconUrl')
  })

  test('from Mitra, with an Ed25519 key', () => {
    expect(actorOf(wire('mitra-person'))).toMatchObject({
      name: '',
      multikeys: [
        {
          id: 'https://mitra.test/users/ida#ed25519-key',
          controller: 'https://mitra.test/users/ida',
          publicKeyMultibase: 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
        },
      ],
    })
  })

  test('a community from Lemmy', () => {
    expect(actorOf(wire('lemmy-group'))).toMatchObject({ type: 'Group', preferredUsername: 'birds' })
  })
})

describe('an actor speaks for its own host', () => {
  const elsewhere = 'https://b.test/x'

  test.each(['outbox', 'followers', 'following', 'featured', 'featuredTags', 'url'])('%s', (word) => {
    expect(actorOf({ ...mastodon, [word]: elsewhere })).not.toHaveProperty(word)
    expect(actorOf({ ...mastodon, [word]: 'javascript:alert(1)' })).not.toHaveProperty(word)
  })

  test('the page among several links', () => {
    const links = (href: string) => [
      { type: 'Link', mediaType: 'application/rss+xml', href: 'https://mastodon.test/@alice.rss' },
      { type: 'Link', mediaType: 'text/html', href },
    ]
    const page = 'https://mastodon.test/@alice'
    expect(actorOf({ ...mastodon, url: links(page) }).url).toBe(page)
    expect(actorOf({ ...mastodon, url: links(elsewhere) })).not.toHaveProperty('url')
  })

  test('shared inbox', () => {
    expect(actorOf({ ...mastodon, endpoints: { sharedInbox: elsewhere } })).not.toHaveProperty('sharedInbox')
  })

  test('host names are compared in one spelling', () => {
    const actor = actorOf({ ...mastodon, inbox: 'https://MASTODON.test:443/users/alice/inbox' })
    expect(actor.inbox).toBe(`${id}/inbox`)
  })

  test('keys', () => {
    const { publicKey } = mastodon as { publicKey: Json }
    const keysWith = (change: Json) =>
      actorOf({ ...mastodon, publicKey: { ...publicKey, ...change } }).publicKeys
    expect(keysWith({})).toHaveLength(1)
    expect(keysWith({ owner: 'https://mastodon.test/users/bob' })).toEqual([])
    expect(keysWith({ id: 'https://b.test/key' })).toEqual([])
    expect(
      keysWith({ publicKeyPem: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }),
    ).toEqual([])
    expect(actorOf({ ...mastodon, publicKey: Array(50).fill(publicKey) }).publicKeys).toHaveLength(16)
  })

  test('Ed25519 keys', () => {
    const mitra = wire('mitra-person')
    const [key] = mitra['assertionMethod'] as Json[]
    const keysWith = (change: Json) =>
      actorOf({ ...mitra, assertionMethod: [{ ...key, ...change }] }).multikeys
    expect(keysWith({})).toHaveLength(1)
    expect(keysWith({ controller: 'https://mitra.test/users/bob' })).toEqual([])
    expect(keysWith({ id: 'https://b.test/key' })).toEqual([])
    expect(keysWith({ type: 'Key' })).toEqual([])
  })
})

describe('limits', () => {
  test('aliases and fields', () => {
    const alsoKnownAs = Array.from({ length: 1_000 }, (_, n) => `https://b.test/${n}`)
    const attachment = Array.from({ length: 100 }, () => ({
      type: 'PropertyValue',
      name: 'n'.repeat(5_000),
      value: 'v'.repeat(5_000),
    }))
    const actor = actorOf({ ...mastodon, alsoKnownAs, attachment })
    expect(actor.alsoKnownAs).toHaveLength(256)
    expect(actor.fields).toHaveLength(20)
    expect(actor.fields[0]).toEqual({ name: 'n'.repeat(1_000), valueHtml: 'v'.repeat(1_000) })
  })

  test('names', () => {
    expect(actorOf({ ...mastodon, name: 'n'.repeat(5_000) }).name).toHaveLength(500)
    expect(actorOf({ ...mastodon, name: `e${'\u0301'.repeat(5_000)}!` }).name.length).toBeLessThan(20)
    expect(actorOf({ ...mastodon, name: 'a\u202eb\nc' }).name).toBe('ab c')
  })

  test('a field hides nothing', () => {
    const value = '<a href="https://evil.test"><span class="invisible">evil.test</span>good.test</a><form>'
    const { fields } = actorOf({ ...mastodon, attachment: [{ type: 'PropertyValue', name: '<b>', value }] })
    expect(fields[0]?.name).toBe('<b>')
    expect(fields[0]?.valueHtml).toMatch(/>evil\.testgood\.test<\/a>$/)
  })
})

describe('refused', () => {
  test.each<[string, Json, string]>([
    ['an inbox elsewhere', { inbox: 'https://b.test/inbox' }, 'foreign-inbox'],
    ['no inbox', { inbox: undefined }, 'no-inbox'],
    ['an inbox that is no web address', { inbox: 'http+unix://socket/' }, 'no-inbox'],
    ['an inbox with a line break', { inbox: `${id}/inbox\r\nHost: b.test` }, 'no-inbox'],
    ['no id', { id: undefined }, 'no-id'],
    ['no name', { preferredUsername: undefined }, 'bad-username'],
    ['a name with a path', { preferredUsername: '../admin' }, 'bad-username'],
    ['a name with a host', { preferredUsername: 'alice@b.test' }, 'bad-username'],
    ['a name with a hidden letter', { preferredUsername: 'al\u200bice' }, 'bad-username'],
    ['a post too', { type: ['Note', 'Person'] }, 'mixed-types'],
    ['two kinds of actor', { type: ['Service', 'Person'] }, 'mixed-types'],
    ['a post', { type: 'Note' }, 'unsupported-type'],
  ])('%s', (_, change, problem) => {
    const json = JSON.parse(JSON.stringify({ ...mastodon, ...change })) as Json
    expect(readActor(plain(json), now)).toEqual({ ok: false, problem })
  })
})
