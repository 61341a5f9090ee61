import { describe, expect, test } from 'vitest'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { activityOf, AS, contextsFrom, type Json, noteOf, now, plain, PUBLIC, wire } from './read-support.ts'

const author = 'https://a.test/users/al'
const simple: Json = { '@context': AS, id: 'https://a.test/1', type: 'Note', attributedTo: author }

/** The note inside an activity that some server sent. */
function noteIn(name: string) {
  const { embedded } = activityOf(wire(name)).object
  const note = embedded && readNote(embedded, { now })
  if (!note?.ok) throw new Error(`${name}: ${note?.problem ?? 'no note'}`)
  return note.note
}

describe('posts as they come', () => {
  test('from Mastodon', () => {
    const { contentHtml, ...note } = noteIn('mastodon-create')
    expect(contentHtml).toContain('class="u-url mention"')
    expect(note).toEqual({
      id: 'https://mastodon.test/users/alice/statuses/1',
      type: 'Note',
      attributedTo: 'https://mastodon.test/users/alice',
      url: 'https://mastodon.test/@alice/1',
      summary: 'Birds',
      sensitive: true,
      language: 'en',
      published: new Date('2026-10-01T08:00:00Z'),
      inReplyTo: 'https://ours.test/users/bob/statuses/7',
      to: [PUBLIC],
      cc: ['https://mastodon.test/users/alice/followers', 'https://ours.test/users/bob'],
      visibility: 'public',
      mentions: [{ href: 'https://ours.test/users/bob', name: '@bob@ours.test' }],
      hashtags: ['birds'],
      emojis: [
        {
          shortcode: 'wren',
          url: 'https://files.mastodon.test/emoji/wren.png',
          updated: new Date('2026-01-02T03:04:05Z'),
        },
      ],
      attachments: [
        {
          type: 'image',
          url: 'https://files.mastodon.test/wren.jpg',
          mediaType: 'image/jpeg',
          description: 'A small brown bird',
          width: 1200,
          height: 800,
          blurhash: 'UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH',
          focalPoint: [0.1, -0.5],
        },
      ],
      conversation: 'tag:mastodon.test,2026-10-01:objectId=5:objectType=Conversation',
      repliesUri: 'https://mastodon.test/users/alice/statuses/1/replies',
    })
  })

  test('a poll from Mastodon', () => {
    expect(noteOf(wire('mastodon-poll'))).toMatchObject({
      type: 'Question',
      visibility: 'private',
      poll: {
        multiple: false,
        options: [
          { name: 'Yes', votes: 3 },
          { name: 'No', votes: 2 },
        ],
        endTime: new Date('2026-10-03T08:00:00Z'),
        closed: true,
        votersCount: 5,
      },
    })
  })

  test('from GoToSocial', () => {
    expect(noteIn('gotosocial-create')).toMatchObject({
      visibility: 'public',
      language: 'en',
      attachments: [],
    })
  })

  test('a quote with a clip from Akkoma', () => {
    expect(noteOf(wire('akkoma-note'))).toMatchObject({
      quoteUri: 'https://ours.test/users/bob/statuses/7',
      source: { content: 'Look:', mediaType: 'text/x.misskeymarkdown' },
      attachments: [{ type: 'video', url: 'https://media.akkoma.test/clip.mp4', mediaType: 'video/mp4' }],
      context: 'https://akkoma.test/contexts/3',
      sensitive: false,
    })
  })

  test('in a language that the context names', async () => {
    const canonical = await toCanonical(wire('akkoma-note-english'), contextsFrom())
    expect(canonical.ok && readNote(canonical.value, { now })).toMatchObject({
      note: {
        language: 'en',
        summary: 'Curious',
        mentions: [{ href: 'https://ours.test/users/bob', name: '@bob@ours.test' }],
        source: { content: 'Look:', mediaType: 'text/x.misskeymarkdown' },
      },
    })
  })

  test('a quote from Misskey, without a place in the home timelines', () => {
    const note = noteOf(wire('misskey-note'))
    expect(note).toMatchObject({ visibility: 'unlisted', quoteUri: 'https://ours.test/users/bob/statuses/7' })
    expect(note).not.toHaveProperty('summary')
  })

  test('from Pixelfed', () => {
    expect(noteIn('pixelfed-create')).toMatchObject({
      contentHtml: 'Fog',
      attachments: [
        { type: 'image', url: 'https://pixelfed.test/storage/fog.jpg', blurhash: 'U9Ss50of~qof' },
      ],
    })
  })

  test('a video from PeerTube, written by its person', () => {
    expect(noteOf(wire('peertube-video'))).toMatchObject({
      type: 'Video',
      name: 'A wren sings',
      attributedTo: 'https://peertube.test/accounts/tess',
      url: 'https://peertube.test/w/1',
      contentHtml: '<p>Filmed at *dawn*</p><p>&lt;b&gt;1 &lt; 2&lt;/b&gt;</p>',
      language: 'fr',
      hashtags: ['wren'],
      updated: new Date('2026-10-02T08:00:00Z'),
      attachments: [{ type: 'video', url: 'https://peertube.test/static/1-720.mp4', height: 720 }],
    })
  })

  test('an article from WordPress', () => {
    expect(noteOf(wire('wordpress-article'))).toMatchObject({
      type: 'Article',
      name: 'On wrens',
      summary: 'A note & more',
      contentHtml: '<p><strong>Wrens</strong></p><p>They sing.</p>',
      language: 'en-GB',
      visibility: 'public',
    })
  })

  test('from Friendica', () => {
    expect(noteIn('friendica-create')).toMatchObject({
      contentHtml: 'Hello<br />all',
      language: 'de',
      source: { content: 'Hello\nall', mediaType: 'text/bbcode' },
    })
  })

  test('from snac', () => {
    expect(noteIn('snac-create')).toMatchObject({ url: 'http://snac.test/sam/p/1759305600.000001' })
  })
})

describe('who may see it', () => {
  const followers = `${author}/followers`
  const bob = 'https://ours.test/users/bob'

  test.each<[string, Json, string]>([
    ['the public first', { to: PUBLIC, cc: followers }, 'public'],
    ['the public in short', { to: ['as:Public'] }, 'public'],
    ['the public beside', { to: followers, cc: [PUBLIC] }, 'unlisted'],
    ['followers', { to: followers }, 'private'],
    ['followers beside', { to: bob, cc: followers }, 'private'],
    ['somebody', { to: bob }, 'direct'],
    ["somebody else's followers", { to: 'https://b.test/users/bo/followers' }, 'direct'],
    ['nobody', {}, 'direct'],
  ])('%s', (_, addressing, visibility) => {
    expect(noteOf({ ...simple, ...addressing }).visibility).toBe(visibility)
  })

  test('followers, where it is known how they are called', () => {
    const note = { ...simple, to: 'https://a.test/subscribers/1' }
    expect(noteOf(note).visibility).toBe('direct')
    expect(noteOf(note, { followers: 'https://a.test/subscribers/1' }).visibility).toBe('private')
    expect(noteOf({ ...simple, to: followers }, { followers: 'https://a.test/f' }).visibility).toBe('direct')
  })

  test('whom the activity is for counts where the post does not say', () => {
    const audience = { to: [PUBLIC], cc: ['https://ours.test/users/bob'] }
    expect(noteOf(simple, { audience })).toMatchObject({ visibility: 'public', ...audience })
    expect(noteOf({ ...simple, to: `${author}/followers` }, { audience }).visibility).toBe('private')
    expect(noteOf(simple)).toMatchObject({ visibility: 'direct', to: [], cc: [] })
  })
})

describe('limits', () => {
  test('tags, attachments and options', () => {
    const tag = Array.from({ length: 1_000 }, (_, n) => ({ type: 'Hashtag', name: `#t${n}` }))
    const attachment = Array.from({ length: 5_000 }, (_, n) => ({
      type: 'Image',
      url: `https://a.test/${n}`,
    }))
    const oneOf = Array.from({ length: 5_000 }, (_, n) => ({ type: 'Note', name: `${n}` }))
    const note = noteOf({ ...simple, type: 'Question', tag, attachment, oneOf })
    expect(note.hashtags).toHaveLength(100)
    expect(note.attachments).toHaveLength(16)
    expect(note.poll?.options).toHaveLength(20)
  })

  test('content and its translations', () => {
    const languages = Array.from({ length: 5_000 }, (_, n) => [`x-${n}`, 'y'.repeat(400)])
    const note = noteOf({
      ...simple,
      content: 'x'.repeat(1_000_000),
      contentMap: Object.fromEntries(languages),
    })
    expect(note.contentHtml).toHaveLength(100_000)
  })

  test('what no database holds', () => {
    const note = noteOf({ ...simple, content: 'a\u0000b\ud800c', summary: '\udfff\u0007', name: 'x\u0000' })
    expect(note).toMatchObject({ contentHtml: 'ab\ufffdc', summary: '\ufffd', name: 'x' })
  })

  test('counts', () => {
    const option = (totalItems: unknown) => ({ type: 'Note', name: 'x', replies: { totalItems } })
    const oneOf = [2 ** 70, -1, '12', 1.5, 'many', null].map(option)
    const { poll } = noteOf({ ...simple, type: 'Question', oneOf, votersCount: 1e300 })
    expect(poll?.options.map(({ votes }) => votes)).toEqual([Number.MAX_SAFE_INTEGER, 0, 12, 1, 0, 0])
    expect(poll?.votersCount).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('dates that have not come yet', () => {
    const note = noteOf({ ...simple, published: '2026-11-23T00:00:00Z', updated: '2026-11-21T12:00:00Z' })
    expect(note).not.toHaveProperty('published')
    expect(note.updated).toEqual(new Date('2026-11-21T12:00:00Z'))
  })
})

describe('addresses', () => {
  test.each([
    'https://bank.test/login',
    'javascript:alert(1)',
    'data:text/html,x',
    'JaVa\tScript:x',
    'file:///x',
  ])('a page is on the host of the post: %s', (url) => {
    expect(noteOf({ ...simple, url })).not.toHaveProperty('url')
  })

  test.each([
    'javascript:x',
    'data:image/png;base64,x',
    'vbscript:x',
    'https://a.test/"onerror=x',
    'https://u:p@a.test/',
  ])('media come over http: %s', (url) => {
    const tag = { type: 'Emoji', name: ':x:', icon: { type: 'Image', url } }
    const note = noteOf({ ...simple, tag, attachment: { type: 'Image', url } })
    expect(note).toMatchObject({ attachments: [], emojis: [] })
  })

  test('a link is no attachment', () => {
    const attachment = [{ type: 'Link', href: 'https://news.test/' }]
    expect(noteOf({ ...simple, type: 'Page', attachment }).attachments).toEqual([])
  })

  test('a quote in a tag', () => {
    const rel = 'https://misskey-hub.net/ns#_misskey_quote'
    const tag = { type: 'Link', mediaType: 'application/activity+json', href: 'https://b.test/1', rel }
    expect(noteOf({ ...simple, tag }).quoteUri).toBe('https://b.test/1')
  })
})

describe('words', () => {
  test.each<[string, string[]]>([
    ['#Wren', ['wren']],
    ['＃ＷＲＥＮ', ['wren']],
    ['#größe_2', ['größe_2']],
    ['#2026', []],
    ['#a b', []],
    ['#<script>', []],
    ['', []],
  ])('hashtag %s', (name, hashtags) => {
    expect(noteOf({ ...simple, tag: { type: 'Hashtag', name } }).hashtags).toEqual(hashtags)
  })

  test.each<[string, string[]]>([
    [':wren:', ['wren']],
    ['wren', ['wren']],
    [':wren@b.test:', ['wren']],
    [':x" onerror="y:', []],
    ['::', []],
  ])('emoji %s', (name, codes) => {
    const tag = { type: 'Emoji', name, icon: { type: 'Image', url: 'https://a.test/x.png' } }
    expect(noteOf({ ...simple, tag }).emojis.map(({ shortcode }) => shortcode)).toEqual(codes)
  })

  test('the translation that is the content tells its language', () => {
    const contentMap = { de: 'Hallo', en: 'Hello' }
    expect(noteOf({ ...simple, content: 'Hello', contentMap })).toMatchObject({
      language: 'en',
      contentHtml: 'Hello',
    })
    expect(noteOf({ ...simple, contentMap })).toMatchObject({ language: 'de', contentHtml: 'Hallo' })
    expect(noteOf({ ...simple, content: 'Hi', contentMap: { en_US: 'x' } })).not.toHaveProperty('language')
  })

  test.each([
    ['a tag', 'pt-br', 'pt-BR'],
    ['an object with a tag', { identifier: 'fr', name: 'Français' }, 'fr'],
    ['what is no tag', 'in plain words', undefined],
    ['nothing known', { identifier: 'und' }, undefined],
  ])('the language as %s', (_, language, read) => {
    expect(noteOf({ ...simple, content: 'x', language }).language).toBe(read)
  })

  test('who is named twice is named once', () => {
    const tag = { type: 'Mention', href: 'https://b.test/bo', name: '@bo' }
    expect(noteOf({ ...simple, tag: [tag, tag] }).mentions).toEqual([{ href: tag.href, name: '@bo' }])
  })

  test('a quote sign or a form in a summary is text or nothing', () => {
    expect(noteOf({ ...simple, summary: '<form>2 &lt; 3</form>' }).summary).toBe('2 < 3')
    expect(noteOf({ ...simple, summary: 'I <3 "you"' }).summary).toBe('I <3 "you"')
  })
})

describe('refused', () => {
  test.each<[string, Json, string]>([
    ['no author', { attributedTo: undefined }, 'no-author'],
    ['two authors', { attributedTo: [author, 'https://a.test/users/bo'] }, 'many-authors'],
    [
      'two persons',
      { attributedTo: [1, 2].map((n) => ({ type: 'Person', id: `${author}${n}` })) },
      'many-authors',
    ],
    ['an author elsewhere', { attributedTo: 'https://b.test/users/bo' }, 'foreign-author'],
    ['an author at another port', { attributedTo: 'https://a.test:8443/users/al' }, 'foreign-author'],
    ['no id', { id: undefined }, 'no-id'],
    ['an actor too', { type: ['Note', 'Person'] }, 'mixed-types'],
    ['two kinds of post', { type: ['Note', 'Article'] }, 'mixed-types'],
    ['a collection', { type: 'Collection' }, 'unsupported-type'],
  ])('%s', (_, change, problem) => {
    const json = JSON.parse(JSON.stringify({ ...simple, ...change })) as Json
    expect(readNote(plain(json), { now })).toEqual({ ok: false, problem })
  })
})
