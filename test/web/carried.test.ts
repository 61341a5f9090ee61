import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import type { Actor } from '../../src/store/actors.ts'
import { updateRemoteStatus } from '../../src/store/statuses.ts'
import { createStranger, type Stranger } from '../support/people.ts'
import { addBoost, addPoll, addRemotePost, addShowcase, picture, startMediaServer } from './carried.ts'
import { findMarkupProblems } from './check-markup.ts'
import { startSite, type Site } from './site.ts'

const media = 'https://media.away.example'
const fetchAnywhere = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })

let site: Site
let bo: Actor
let mei: Stranger

beforeAll(async () => {
  site = await startSite({ fetch: fetchAnywhere })
  bo = await site.addPerson('bo')
  mei = await createStranger(site.ctx, 'mei')
})

afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await fetchAnywhere.close()
})

/** The page of one post of Bo's. */
async function show(source: string, fields: Parameters<Site['addPost']>[2] = {}): Promise<string> {
  const id = await site.addPost(bo, source, fields)
  const { status, text } = await site.get(`/@bo/${id}`)
  expect([status, findMarkupProblems(text)]).toEqual([200, []])
  return text
}

/** The page of a boost, in one place, of somebody else's post. */
async function showRemote(
  content: string,
  fields: Parameters<typeof addRemotePost>[3] = {},
): Promise<string> {
  const booster = await site.addPerson(`booster_${Date.now()}_${Math.floor(Math.random() * 1e6)}`)
  await addBoost(site, booster, await addRemotePost(site, mei, content, fields))
  const { text } = await site.get(`/@${booster.username}`)
  expect(findMarkupProblems(text)).toEqual([])
  return text
}

/** Every address that a browser would load something from. */
function loaded(text: string): string[] {
  return [...text.matchAll(/\s(?:src|srcset|poster)="([^"]*)"/g)].map((match) => match[1] ?? '')
}

test('nothing on a page is loaded from elsewhere, and everything that it names can be had', async () => {
  await using remote = await startMediaServer()
  await using own = await startSite({ fetch: fetchAnywhere })
  const { profile, post } = await addShowcase(own, remote.origin)
  for (const path of [profile, post]) {
    const { text } = await own.get(path)
    expect(findMarkupProblems(text)).toEqual([])
    for (const source of loaded(text)) expect(source).toMatch(/^\/(proxy|assets)\//)
  }
  const sources = loaded((await own.get(profile)).text).filter((source) => source.startsWith('/proxy/'))
  expect(new Set(sources).size).toBe(6)
  const statuses = await Promise.all(
    [...new Set(sources)].map(async (source) => (await own.get(source)).status),
  )
  // The sound is not there.
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 200, 200, 200, 200, 404])
})

describe('media', () => {
  test('are shown with what their author says of them', async () => {
    const description = 'A "lighthouse" <at> dusk'
    const one = picture(`${media}/1.png`, { width: 600, height: 400, description, focalPoint: [-0.9, 0.9] })
    const text = await showRemote('<p>x</p>', { attachments: JSON.stringify([one]) })
    const alt = 'A &#34;lighthouse&#34; &#60;at&#62; dusk'
    expect(text).toMatch(
      new RegExp(
        `<img class="u-photo at-left at-top" src="/proxy/[^"]+" alt="${alt}" width="600" height="400" loading="lazy">`,
      ),
    )
    expect(text).toContain(`<p dir="auto">${alt}</p>`)
  })

  test('stand behind their own picture before they are played, which comes from here, too', async () => {
    const film = (changes: object = {}) =>
      showRemote('<p>x</p>', {
        attachments: JSON.stringify([picture(`${media}/2.mp4`, { mediaType: 'video/mp4', ...changes })]),
      })
    expect(await film()).not.toContain('poster=')
    const text = await film({ previewUrl: `${media}/"2.jpg` })
    expect(text).toMatch(/<video class="u-video" src="\/proxy\/[^"]+" poster="\/proxy\/[^"]+" aria-label/)
    expect(text).not.toContain('2.jpg')
  })

  test('are behind a click when they are sensitive, once', async () => {
    const attachments = JSON.stringify([
      picture(`${media}/1.png`),
      picture(`${media}/2.mp4`, { mediaType: 'video/mp4' }),
    ])
    const sensitive = await showRemote('<p>x</p>', { sensitive: true, attachments })
    expect(sensitive).toMatch(
      /<summary><span class="label">Sensitive media:<\/span> 1 picture, 1 video<\/summary>/,
    )
    expect(sensitive.indexOf('<summary>')).toBeLessThan(sensitive.indexOf('<img class="u-photo"'))
    const warned = await showRemote('<p>x</p>', { sensitive: true, summary: 'Spiders', attachments })
    expect(warned).not.toContain('Sensitive media')
    expect(warned.match(/<details/g)?.length).toBe(1)
    expect(warned.indexOf('Content warning')).toBeLessThan(warned.indexOf('<img class="u-photo"'))
  })

  test('of a kind that nobody knows are a link, unless that is no address', async () => {
    const file = { mediaType: 'unknown/*' }
    const text = await showRemote('<p>x</p>', {
      attachments: JSON.stringify([picture(`${media}/1.pdf`, file), picture('javascript:alert(1)', file)]),
    })
    expect(text).toContain(
      `<a href="${media}/1.pdf" rel="nofollow noopener">A file on media.away.example</a>`,
    )
    expect(text).not.toContain('javascript:')
  })
})

describe('custom emoji', () => {
  const emojis = JSON.stringify([{ shortcode: 'blob', url: `${media}/blob.png` }])
  const image =
    /<img class="emoji" src="\/proxy\/[^"]+" alt=":blob:" title=":blob:" width="20" height="20" loading="lazy">/g

  test.each([
    ['<p>:blob:</p>', 1],
    ['<p>a :blob::blob: b</p>', 2],
    ['<p>x:blob:y 10:blob:30</p>', 0],
    ['<p>:other:</p>', 0],
    ['<pre><code>:blob:</code></pre>', 0],
    ['<p><code>:blob:</code> :blob:</p>', 1],
    ['<p><a href="https://a.test/:blob:" title=":blob:">a</a></p>', 0],
    ['<p><a href="https://a.test/?q=&quot;:blob:&quot;">:blob:</a></p>', 1],
    ['<p>&lt;b class=":blob:"&gt;</p>', 1],
  ])('%s', async (content, count) => {
    const text = await showRemote(content, { emojis })
    expect(text.match(image)?.length ?? 0).toBe(count)
    const attributes = text.match(/(?:href|class)="[^"]*"/g)?.join(' ') ?? ''
    expect(attributes).not.toContain('emoji" src')
  })

  test('in names are pictures, and a name is never markup', async () => {
    const ann = await createStranger(site.ctx, 'ann', { displayName: '<i>Ann</i> :blob:', emojis })
    await addBoost(site, bo, await addRemotePost(site, ann, '<p>hi</p>'))
    const { text } = await site.get('/@bo')
    expect(text).toMatch(/&#60;i&#62;Ann&#60;\/i&#62; <img class="emoji"/)
    expect(text).toContain('of a post by &#60;i&#62;Ann&#60;/i&#62; :blob:"')
  })
})

test('a poll shows how it stands', async () => {
  const id = await site.addPost(bo, 'Which?', { type: 'Question' })
  const endsAt = new Date(Date.now() + 3600_000)
  await addPoll(site, id, { options: ['<b>One</b>', 'Two'], votes: [1, 3], endsAt })
  const { text } = await site.get(`/@bo/${id}`)
  expect(findMarkupProblems(text)).toEqual([])
  expect(text).toContain('&#60;b&#62;One&#60;/b&#62;</span> <span class="share">25%</span>')
  expect(text).toContain('<progress max="100" value="75" aria-hidden="true">')
  expect(text).toMatch(/4 votes · ends <time class="dt-end"/)
})

describe('a quoted post', () => {
  test('is shown once its author has agreed, and linked before', async () => {
    const quoted = await addRemotePost(site, mei, '<p>the words quoted</p>')
    const accepted = await show('Look', { quoteOfId: quoted, quoteState: 'accepted' })
    expect(accepted).toContain('aria-label="Quoted post by mei"')
    expect(accepted).toContain('the words quoted')
    for (const quoteState of ['pending', 'rejected', 'revoked'] as const) {
      const text = await show('Look', { quoteOfId: quoted, quoteState })
      expect(text).not.toContain('the words quoted')
      expect(text).toContain(`<a class="u-quotation-of" href="https://away.example/notes/${quoted}"`)
    }
  })

  test('is not shown when it is not for everybody, whatever was agreed', async () => {
    const quoted = await addRemotePost(site, mei, '<p>the secret words</p>', { visibility: 'private' })
    const text = await show('Look', { quoteOfId: quoted, quoteState: 'accepted' })
    expect(text).not.toContain('the secret words')
    expect(text).not.toContain(`notes/${quoted}`)
  })

  test('that was withdrawn leaves a link', async () => {
    const quoted = await addRemotePost(site, mei, '<p>the former words</p>')
    await site.ctx.db.transaction().execute((tx) => updateRemoteStatus(tx, quoted, { deletedAt: new Date() }))
    const text = await show('Look', { quoteOfId: quoted, quoteState: 'accepted' })
    expect(text).not.toContain('the former words')
  })

  test('shows no further quotes', async () => {
    const inner = await addRemotePost(site, mei, '<p>the innermost words</p>')
    const outer = await addRemotePost(site, mei, '<p>outer</p>', { quoteOfId: inner, quoteState: 'accepted' })
    const text = await show('Look', { quoteOfId: outer, quoteState: 'accepted' })
    expect(text).toContain('outer')
    expect(text).not.toContain('the innermost words')
  })
})

test('an article has its title, its first words, and the rest a click away', async () => {
  const title = 'A <year> on the shore'
  const text = await showRemote('<p>the rest</p>', { type: 'Article', title, summary: 'What it was like' })
  expect(text).toMatch(
    /<h2 class="title"><a class="p-name" href="https:\/\/away.example\/notes\/\d+" dir="auto">A &#60;year&#62; on the shore/,
  )
  expect(text).toContain('What it was like')
  expect(text).not.toContain('Content warning')
  expect(text.indexOf('Read all of it')).toBeLessThan(text.indexOf('the rest'))
})
