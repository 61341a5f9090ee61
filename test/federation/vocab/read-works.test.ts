import { describe, expect, test } from 'vitest'
import { describeNote } from '../../../src/domain/statuses/describe-note.ts'
import { htmlToText } from '../../../src/lib/html-to-text.ts'
import { toCanonical } from '../../../src/federation/vocab/read-canonical.ts'
import { readNote } from '../../../src/federation/vocab/read-note.ts'
import { AS, contextsFrom, type Json, noteOf, now, wire } from './read-support.ts'

/** What a reader sees of a document, in words. */
function shown(note: ReturnType<typeof noteOf>) {
  const { title, summary, content, attachments, tags } = describeNote(note)
  return { title, summary, tags, text: htmlToText(content).split(/\n+/), attachments }
}

/** Through JSON-LD, without asking anybody for a context. */
async function readStrange(name: string) {
  const canonical = await toCanonical(wire(name), contextsFrom())
  const read = canonical.ok ? readNote(canonical.value, { now }) : canonical
  if (!read.ok) throw new Error(`${name}: ${read.problem}`)
  return read.note
}

describe('what others post is shown as well as a microblog can', () => {
  test('a link that was posted to Lemmy', () => {
    const page = (wire('lemmy-announce-page')['object'] as Json)['object'] as Json
    const note = noteOf({ '@context': AS, ...page })
    expect(note).toMatchObject({ type: 'Page', link: 'https://news.test/wrens' })
    expect(describeNote(note).content).toContain('<a href="https://lemmy.test/post/1"')
    expect(shown(note)).toMatchObject({
      title: 'Wrens of the north',
      summary: '',
      text: ['Wrens of the north', 'They are back', 'https://news.test/wrens'],
      attachments: [{ url: 'https://lemmy.test/pictrs/w.png', mediaType: 'image/*' }],
    })
  })

  test('a video from PeerTube, with its poster', () => {
    const note = noteOf(wire('peertube-video'))
    expect(describeNote(note).content).toContain('<a href="https://peertube.test/w/1"')
    expect(shown(note)).toMatchObject({
      title: 'A wren sings',
      text: ['A wren sings', 'Filmed at *dawn*', '<b>1 < 2</b>'],
      attachments: [
        {
          url: 'https://peertube.test/static/1-720.mp4',
          mediaType: 'video/mp4',
          previewUrl: 'https://peertube.test/t.jpg',
        },
      ],
    })
  })

  test('a video that only streams, in the size that fits', () => {
    const file = (height: number) => ({
      type: 'Link',
      mediaType: 'video/mp4',
      href: `https://peertube.test/hls/${height}.mp4`,
      height,
    })
    const playlist = {
      type: 'Link',
      mediaType: 'application/x-mpegURL',
      href: 'https://peertube.test/1.m3u8',
    }
    const url = [{ ...playlist, tag: [file(1080), file(360), file(720), { type: 'Infohash', name: 'x' }] }]
    const { attachments } = noteOf({ ...wire('peertube-video'), url })
    expect(attachments).toMatchObject([{ url: 'https://peertube.test/hls/720.mp4', height: 720 }])
    const large = noteOf({ ...wire('peertube-video'), url: [{ ...playlist, tag: [file(2160), file(1080)] }] })
    expect(large.attachments).toMatchObject([{ height: 1080 }])
  })

  test('an article from WordPress, at full length', () => {
    const note = noteOf(wire('wordpress-article'))
    expect(shown(note)).toMatchObject({
      title: 'On wrens',
      summary: '',
      text: ['On wrens', 'Wrens', 'They sing.'],
      attachments: [{ url: 'https://blog.test/w.jpg', description: 'A wren' }],
    })
    const long = {
      ...wire('wordpress-article'),
      content: `<script>x</script><p>${'word '.repeat(15_000)}</p>`,
    }
    const { content } = describeNote(noteOf(long))
    expect(content.length).toBeGreaterThan(75_000)
    expect(content).not.toContain('script')
  })

  test('an event from Mobilizon, with time and place', async () => {
    const note = await readStrange('mobilizon-event')
    expect(note).toMatchObject({
      language: 'en',
      startTime: new Date('2026-12-01T05:30:00Z'),
      endTime: new Date('2026-12-01T07:00:00Z'),
      location: 'Old Mill, Mill Lane 3, 10115, Berlin, Germany',
    })
    expect(shown(note)).toMatchObject({
      tags: ['wrens'],
      text: [
        'Wrens at dawn',
        '2026-12-01 05:30 UTC – 2026-12-01 07:00 UTC',
        'Old Mill, Mill Lane 3, 10115, Berlin, Germany',
        'Bring a coat.',
        'https://birders.test/dawn',
      ],
      attachments: [{ url: 'https://mobilizon.test/media/banner.jpg', width: 1200 }],
    })
  })

  test('an event from Gancio, whose address is a line', () => {
    expect(shown(noteOf(wire('gancio-event')))).toMatchObject({
      text: ['Songs & wrens', '2026-12-02 20:00 UTC', 'Harbour, Quay 5, Hamburg', 'An evening'],
      attachments: [{ url: 'https://gancio.test/media/4.jpg' }],
    })
  })

  test('a recording from Funkwhale, with its cover', async () => {
    const note = await readStrange('funkwhale-audio')
    expect(shown(note)).toMatchObject({
      text: ['Dawn chorus', 'Recorded at five.'],
      attachments: [
        {
          url: 'https://funkwhale.test/api/v1/listen/9/?upload=5c',
          mediaType: 'audio/mpeg',
          previewUrl: 'https://funkwhale.test/media/cover.jpg',
        },
      ],
    })
  })

  test('a picture that is posted as such', () => {
    const image = { '@context': AS, id: 'https://a.test/1', type: 'Image', attributedTo: 'https://a.test/al' }
    const note = noteOf({ ...image, name: 'Fog', mediaType: 'image/png', url: 'https://a.test/fog.png' })
    expect(shown(note)).toMatchObject({ title: 'Fog', attachments: [{ url: 'https://a.test/fog.png' }] })
  })

  test('a picture that stands for a work, at its best and with what it shows', () => {
    const image = { type: 'Image', mediaType: 'image/png', name: 'A wren' }
    const posters = {
      icon: { ...image, url: 'https://blog.test/w-150.png' },
      image: { ...image, url: 'https://blog.test/w.png' },
    }
    const article = { ...wire('wordpress-article'), attachment: [], ...posters }
    expect(shown(noteOf(article)).attachments).toMatchObject([
      { url: 'https://blog.test/w.png', mediaType: 'image/png', description: 'A wren' },
    ])
    const attached = { ...article, attachment: [posters.image] }
    expect(shown(noteOf(attached)).attachments).toHaveLength(1)
  })

  const by = { '@context': AS, id: 'https://a.test/1', attributedTo: 'https://a.test/al' }

  test('a link whose address stands where others have that of their own page', () => {
    const page = { ...by, type: 'Page', name: 'Wrens', summary: 'Wrens', url: 'https://news.test/wrens' }
    expect(shown(noteOf(page))).toMatchObject({
      title: 'Wrens',
      summary: '',
      text: ['Wrens', 'https://news.test/wrens'],
    })
    expect(noteOf({ ...page, url: 'https://a.test/@al/1' })).not.toHaveProperty('link')
    expect(noteOf({ ...page, type: 'Video' })).not.toHaveProperty('link')
  })

  test('a title that is repeated before the picture warns of nothing', () => {
    const note = { ...by, type: 'Note', name: 'Fog', summary: 'Fog' }
    expect(shown(noteOf(note))).toMatchObject({ title: 'Fog', summary: '', text: ['Fog'] })
    expect(shown(noteOf({ ...note, summary: 'Wet' }))).toMatchObject({ summary: 'Wet' })
  })

  test('a note with a title, as forums post it', () => {
    const topic = { ...by, type: 'Note', name: 'Next <b>', content: '<h3>Last meeting</h3>Minutes' }
    expect(describeNote(noteOf(topic)).content).toMatch(/^<p><strong>Next &#60;b&#62;<\/strong><\/p><p>/)
    expect(shown(noteOf(topic)).text).toEqual(['Next <b>', 'Last meeting', 'Minutes'])
    expect(shown(noteOf({ ...topic, content: '<p>Next &lt;b&gt; is due</p>' })).text).toEqual([
      'Next <b> is due',
    ])
  })

  test('a picture that nobody described', () => {
    const picture = { type: 'Image', url: 'https://a.test/w.png', name: '' }
    const note = noteOf({ ...by, type: 'Note', attachment: [picture, { ...picture, summary: 'A wren' }] })
    expect(shown(note).attachments).toMatchObject([{ description: null }, { description: 'A wren' }])
  })

  test('a picture whose file alone says that it is one', () => {
    const file = (url: string, type = 'Document') => ({ type, url })
    const attachment = [
      file('https://a.test/cover.JPG?size=2'),
      file('https://a.test/song.flac'),
      file('https://a.test/book.pdf'),
      file('https://a.test/jpg'),
      file('https://a.test/picture.jpg', 'Link'),
    ]
    const note = noteOf({ ...by, type: 'Note', content: 'x', attachment })
    expect(note.attachments.map(({ type }) => type)).toEqual(['image', 'audio', 'unknown', 'unknown'])
  })

  test('words of a longer work in a Note mean nothing', () => {
    const note = { '@context': AS, id: 'https://a.test/1', type: 'Note', attributedTo: 'https://a.test/al' }
    const more = { icon: { type: 'Image', url: 'https://a.test/i.png' }, startTime: '2026-12-01T05:30:00Z' }
    expect(noteOf({ ...note, ...more, location: { type: 'Place', name: 'x' } })).not.toMatchObject({
      poster: expect.anything(),
    })
    expect(describeNote(noteOf({ ...note, ...more, content: 'Hi' }))).toMatchObject({
      content: 'Hi',
      attachments: [],
    })
  })
})
