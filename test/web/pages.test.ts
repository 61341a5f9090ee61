import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../src/store/actors.ts'
import { buryPost } from '../../src/store/statuses.ts'
import { findMarkupProblems } from './check-markup.ts'
import { startSite, type Site } from './site.ts'

let site: Site
let ada: Actor
const nasty = `<script>alert(1)</script>"'&`

beforeAll(async () => {
  site = await startSite()
  ada = await site.addPerson('ada', { displayName: 'Ada Thorne' })
  await change(ada, { discoverable: true })
})

afterAll(() => site[Symbol.asyncDispose]())

async function bury(id: string): Promise<void> {
  await site.ctx.db.transaction().execute((tx) => buryPost(tx, id, new Date()))
}

async function change(actor: Actor, changes: Record<string, unknown>): Promise<void> {
  await site.ctx.db.updateTable('accounts').set(changes).where('id', '=', actor.id).execute()
}

describe('the front page', () => {
  test('helps the operator while nobody lives here, and only then', async () => {
    await using empty = await startSite()
    const before = await empty.get('/')
    expect(before.status).toBe(200)
    expect(before.text).toContain('npx holdfast account create')
    expect(findMarkupProblems(before.text)).toEqual([])
    await empty.addPerson('bo')
    const after = await empty.get('/')
    expect(after.text).not.toContain('npx holdfast')
    expect(after.text).toContain('nobody has said anything in public yet')
    expect(after.text).toContain('1 person <span>lives here</span>')
    expect(after.text).not.toContain('to read')
    expect(findMarkupProblems(after.text)).toEqual([])
  })

  test('shows who lives here, how to follow them, and what was said in public', async () => {
    await site.addPost(ada, 'Low tide at six')
    await site.addPost(ada, 'an unlisted aside', { visibility: 'unlisted' })
    await site.addPost(ada, 'for followers', { visibility: 'private' })
    await site.addPost(ada, 'for one', { visibility: 'direct' })
    const { text } = await site.get('/')
    expect(text).toContain('<h1>home.example</h1>')
    expect(text).toContain('2 posts <span>to read</span>')
    expect(text).toContain('@ada<wbr>@home.example')
    expect(text).toContain('such as <code class="copyable">@ada@home.example</code>')
    expect(text).toContain('Low tide at six')
    expect(text).not.toMatch(/an unlisted aside|for followers|for one/)
    expect(findMarkupProblems(text)).toEqual([])
  })

  test('shows nobody who is suspended, has left or does not want to be found', async () => {
    const people = await Promise.all(['sus', 'left', 'shy'].map((name) => site.addPerson(name)))
    await Promise.all(people.map((person) => site.addPost(person, `words of ${person.username}`)))
    const [suspended, gone, shy] = people as [Actor, Actor, Actor]
    await change(suspended, { suspendedAt: new Date() })
    await change(gone, { deletedAt: new Date() })
    await change(shy, { discoverable: false })
    const { text } = await site.get('/')
    expect(text).not.toMatch(/words of (sus|left)/)
    expect(text).not.toMatch(/class="byline h-card">[^]*@(sus|left|shy)<wbr>/)
    expect((await site.get('/@sus')).status).toBe(404)
    expect((await site.get('/@left')).status).toBe(404)
    expect((await site.get('/@shy')).status).toBe(200)
  })
})

describe('a profile', () => {
  test('shows who somebody is, and what others may know them by', async () => {
    const bo = await site.addPerson('bo', { displayName: 'Bo' })
    const fields = [
      { name: 'Home', value: 'https://bo.example/boats/' },
      { name: 'Trap', value: 'javascript:alert(1)' },
    ]
    await change(bo, { summary: 'Ties it twice.\n\nSee #boats', fields: JSON.stringify(fields) })
    const { text } = await site.get('/@bo')
    expect(text).toContain(
      '<link rel="alternate" type="application/activity+json" href="https://home.example/users/bo">',
    )
    expect(text).toContain('<link rel="canonical" href="https://home.example/@bo">')
    expect(text.match(/<link rel="me" [^>]*>/g)).toEqual(['<link rel="me" href="https://bo.example/boats/">'])
    expect(text).toContain('rel="me nofollow noopener" href="https://bo.example/boats/">bo.example/boats</a>')
    expect(text).toContain('<p>Ties it twice.</p>')
    expect(text).toContain('<dd dir="auto">javascript:alert(1)</dd>')
    expect(text).toContain('<meta name="robots" content="noindex">')
    expect(text).toContain('<code class="copyable">@bo@home.example</code>')
    expect(findMarkupProblems(text)).toEqual([])
  })

  test('escapes whatever its owner wrote', async () => {
    const eve = await site.addPerson('eve', { displayName: nasty })
    await change(eve, { summary: nasty, fields: JSON.stringify([{ name: nasty, value: nasty }]) })
    const id = await site.addPost(eve, nasty, { summary: nasty, language: nasty })
    for (const path of ['/', '/@eve', `/@eve/${id}`]) {
      const { text } = await site.get(path)
      expect(text).toContain('&#60;script&#62;alert(1)')
      expect(findMarkupProblems(text)).toEqual([])
    }
  })

  test('says where somebody has moved, if that is an address', async () => {
    const mia = await site.addPerson('mia')
    await change(mia, { movedTo: 'https://reef.example/users/mia' })
    expect((await site.get('/@mia')).text).toContain(
      'Has moved to <a href="https://reef.example/users/mia">reef.example/users/mia</a>',
    )
    await change(mia, { movedTo: 'javascript:alert(1)' })
    expect((await site.get('/@mia')).text).not.toContain('Has moved')
  })

  test('shows the picture at its head from here, if there is one', async () => {
    const pat = await site.addPerson('pat')
    expect((await site.get('/@pat')).text).not.toContain('banner')
    await change(pat, { imageUrl: 'https://home.example/media/shore.png' })
    const own = (await site.get('/@pat')).text
    expect(own).toContain('<img class="banner u-featured" src="/media/shore.png" alt="">')
    await change(pat, { imageUrl: 'https://away.example/"shore.png' })
    const { text } = await site.get('/@pat')
    expect(text).toMatch(/<img class="banner u-featured" src="\/proxy\/[\w-]+\/[\w-]+" alt="">/)
    expect(text).not.toContain('away.example')
    expect(findMarkupProblems(text)).toEqual([])
  })

  test('shows a picture from here, whoever has it, or initials', async () => {
    const pia = await site.addPerson('pia')
    expect((await site.get('/@pia')).text).toMatch(
      /<span class="avatar large tone-\d" aria-hidden="true">P<\/span>/,
    )
    await change(pia, { iconUrl: 'https://home.example/media/pia.png' })
    expect((await site.get('/@pia')).text).toContain('src="/media/pia.png" alt=""')
    const away = 'https://home.example.away.example/pia.png'
    await change(pia, { iconUrl: away })
    const { text } = await site.get('/@pia')
    expect(text).toMatch(
      new RegExp(`src="/proxy/[\\w-]{27}/${Buffer.from(away).toString('base64url')}" alt=""`),
    )
    await change(pia, { iconUrl: 'https://home.example//away.example/pia.png' })
    expect((await site.get('/@pia')).text).not.toContain('src="//')
  })

  test('pages through public and unlisted posts, each once, newest first', async () => {
    const kim = await site.addPerson('kim')
    for (let n = 1; n <= 45; n++) {
      await site.addPost(kim, `[${n}]`, { visibility: n % 2 === 0 ? 'public' : 'unlisted' })
    }
    await site.addPost(kim, '[secret]', { visibility: 'private' })
    const seen: number[] = []
    let path: string | undefined = '/@kim'
    for (let page = 1; page <= 3; page++) {
      const { text } = await site.get(path)
      expect(findMarkupProblems(text)).toEqual([])
      seen.push(...[...text.matchAll(/<p>\[(\w+)\]<\/p>/g)].map((match) => Number(match[1])))
      expect(text.includes('>Newest posts</a>')).toBe(page > 1)
      const older: string | undefined = /rel="next" href="([^"]+)"/.exec(text)?.[1]
      expect(older === undefined).toBe(page === 3)
      path = older ?? ''
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => 45 - index))
  })

  test.each(['0', '-1', 'x', '99999999999999999999', '1&before=2'])(
    'refuses %s as a place to page from',
    async (id) => {
      expect((await site.get(`/@ada?before=${id}`)).status).toBe(400)
    },
  )

  test('is found in any case and by its whole handle, at one address', async () => {
    for (const path of ['/@ADA', '/@ada@home.example']) {
      const { status, headers } = await site.get(path)
      expect([status, headers.get('location')]).toEqual([302, '/@ada'])
    }
  })

  test.each(['/@nobody', '/@instance.actor', '/@ada@elsewhere.example', '/@%00', '/@..%2Fada'])(
    'is not found at %s',
    async (path) => {
      const { status, text } = await site.get(path)
      expect(status).toBe(404)
      expect(text).toContain('Nobody of that name lives here.')
      expect(findMarkupProblems(text)).toEqual([])
    },
  )
})

describe('a post', () => {
  test('has what readers, other servers and other places need to know it by', async () => {
    const createdAt = new Date('2026-11-20T10:00:00Z')
    const id = await site.addPost(ada, 'Das Meer war still. #meer', {
      createdAt,
      language: 'de',
      tags: ['meer'],
    })
    const { status, text } = await site.get(`/@ada/${id}`)
    expect(status).toBe(200)
    expect(text).toContain(`<title>Ada Thorne: Das Meer war still. #meer · home.example</title>`)
    expect(text).toContain(
      `type="application/activity+json" href="https://home.example/users/ada/statuses/${id}"`,
    )
    expect(text).toContain('<meta property="og:type" content="article">')
    expect(text).toContain('<meta property="og:description" content="Das Meer war still. #meer">')
    expect(text).toContain('<meta property="article:published_time" content="2026-11-20T10:00:00.000Z">')
    expect(text).toContain('<div class="e-content prose" lang="de" dir="auto"><p>Das Meer')
    expect(text).toContain(
      `<a class="u-url" href="https://home.example/@ada/${id}"><time class="dt-published"`,
    )
    expect(text).toContain('href="https://home.example/tags/meer"')
    expect(findMarkupProblems(text)).toEqual([])
  })

  test('hides behind its warning, also where it is only spoken of', async () => {
    const id = await site.addPost(ada, 'the ending', { summary: 'Spoilers', sensitive: true })
    const { text } = await site.get(`/@ada/${id}`)
    expect(text).toMatch(
      /<details class="warning">\s*<summary>[^]*Spoilers[^]*<\/summary>[^]*the ending[^]*<\/details>/,
    )
    expect(text).toContain('<meta property="og:description" content="Spoilers">')
    expect(text.match(/the ending/g)).toHaveLength(1)
  })

  test('says when it was edited', async () => {
    const id = await site.addPost(ada, 'better now', { editedAt: new Date('2026-11-20T12:30:00Z') })
    expect((await site.get(`/@ada/${id}`)).text).toContain(
      'edited <time class="dt-updated" datetime="2026-11-20T12:30:00.000Z">20 Nov 2026, 12:30 UTC</time>',
    )
  })

  test('leads to what it answers', async () => {
    const parent = await site.addPost(ada, 'a question')
    const answer = await site.addPost(ada, 'an answer', { inReplyToId: parent })
    expect((await site.get(`/@ada/${answer}`)).text).toContain(
      `<a class="u-in-reply-to" href="https://home.example/@ada/${parent}">a post by Ada Thorne</a>`,
    )
    const far = await site.addPost(ada, 'an answer', { inReplyToUri: 'https://reef.example/notes/1' })
    expect((await site.get(`/@ada/${far}`)).text).toContain(
      'href="https://reef.example/notes/1">a post elsewhere</a>',
    )
  })

  test('does not lead to what is not for everybody, nor to what is no address', async () => {
    const parent = await site.addPost(ada, 'a secret', { visibility: 'private' })
    const answer = await site.addPost(ada, 'an answer', { inReplyToId: parent })
    const { text } = await site.get(`/@ada/${answer}`)
    expect(text).toContain('Answers a post that is not to be seen here')
    expect(text).not.toContain(parent)
    const odd = await site.addPost(ada, 'an answer', { inReplyToUri: 'javascript:alert(1)' })
    expect((await site.get(`/@ada/${odd}`)).text).not.toContain('javascript:')
  })

  test('that is not for everybody looks like one that never was', async () => {
    const absent = await site.get('/@ada/123456789')
    expect(absent.status).toBe(404)
    for (const visibility of ['private', 'direct'] as const) {
      const id = await site.addPost(ada, 'a secret', { visibility })
      const hidden = await site.get(`/@ada/${id}`)
      expect([hidden.status, hidden.text]).toEqual([404, absent.text])
      expect(hidden.headers.get('cache-control')).toBe(absent.headers.get('cache-control'))
      await bury(id)
      const buried = await site.get(`/@ada/${id}`)
      expect([buried.status, buried.text]).toEqual([404, absent.text])
    }
  })

  test('that was deleted is gone, and says so', async () => {
    const id = await site.addPost(ada, 'said too soon')
    await bury(id)
    const { status, text } = await site.get(`/@ada/${id}`)
    expect(status).toBe(410)
    expect(text).toContain('its author took it back')
    expect(text).not.toContain('said too soon')
    expect(findMarkupProblems(text)).toEqual([])
    expect((await site.get('/@ada')).text).not.toContain(id)
  })

  test('stands under its author alone', async () => {
    await site.addPerson('other')
    const id = await site.addPost(ada, 'mine')
    expect((await site.get(`/@other/${id}`)).status).toBe(404)
    expect((await site.get(`/@ada/x${id}`)).status).toBe(404)
    const { status, headers } = await site.get(`/@Ada/${id}`)
    expect([status, headers.get('location')]).toEqual([302, `/@ada/${id}`])
  })
})

describe('a tag', () => {
  test('shows what was said under it in public, however it is written', async () => {
    await site.addPost(ada, 'about kelp', { tags: ['kelp', 'sea'] })
    await site.addPost(ada, 'quietly about kelp', { tags: ['kelp'], visibility: 'unlisted' })
    await site.addPost(ada, 'privately about kelp', { tags: ['kelp'], visibility: 'private' })
    await site.addPost(ada, 'about kelpies', { tags: ['kelpies'] })
    for (const path of ['/tags/kelp', '/tags/KELP']) {
      const { status, text } = await site.get(path)
      expect(status).toBe(200)
      expect([...text.matchAll(/<p>([a-z ]+)<\/p><\/div>/g)].map((match) => match[1])).toEqual(['about kelp'])
      expect(findMarkupProblems(text)).toEqual([])
    }
  })

  test('that nobody used has a page as well, since posts link to it', async () => {
    const { status, text } = await site.get(`/tags/${encodeURIComponent('größe')}`)
    expect(status).toBe(200)
    expect(text).toContain('<h1 class="tag" dir="auto">#größe</h1>')
    expect(text).toContain('Nobody here has said anything in public under this tag.')
  })

  test('pages under its own address', async () => {
    for (let n = 0; n < 21; n++) await site.addPost(ada, 'meer', { tags: ['größe'] })
    const next = /rel="next" href="([^"]+)"/.exec((await site.get('/tags/gr%C3%B6%C3%9Fe')).text)?.[1]
    expect(next).toMatch(/^\/tags\/gr%C3%B6%C3%9Fe\?before=\d+$/)
    expect((await site.get(next ?? '')).text.match(/<article /g)).toHaveLength(1)
  })
})
