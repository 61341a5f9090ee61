import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boostStatus } from '../../src/domain/interactions/boost-status.ts'
import { createMember } from '../support/people.ts'
import { send, type Answer } from '../support/letters.ts'
import { createOf, noteOf } from '../support/remote-server.ts'
import { findMarkupProblems } from '../web/check-markup.ts'
import { findPost, startScene, type Scene } from './scene.ts'

let scene: Scene
let serial = 0

beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

const look = (path: string): Promise<Answer> => {
  const { port, origin } = scene.server
  return send(port, { path, headers: { host: new URL(origin).host, accept: 'text/html' } })
}

/** The page on which something stands that arrived from elsewhere and was boosted here, and what was stored of it. */
async function shownOf(more: object, by = scene.mal) {
  const { server, bobUri } = scene
  const to = ['https://www.w3.org/ns/activitystreams#Public', bobUri]
  const note = noteOf(by, { to, ...more })
  const booster = await createMember(server.ctx, `booster${++serial}`)
  const { value } = await scene.watch(async () => {
    expect((await by.post(server, createOf(by, note))).status).toBe(202)
    await server.settle()
    await boostStatus(server.ctx, booster, (await findPost(scene, note['id']))!.id)
    return look(`/@${booster.username}`)
  })
  expect([value.status, findMarkupProblems(value.body)]).toEqual([200, []])
  expect(value.headers['content-security-policy']).toMatch(/default-src 'none'/)
  return { page: value.body, stored: (await findPost(scene, note['id']))! }
}

const harmful = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<IMG SRC="jav&#x09;ascript:alert(1);">',
  '<<SCRIPT>alert("x");//<</SCRIPT>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<form action="https://evil.test"><input type=password name=p><button formaction=javascript:x>Go</button></form>',
  '<a href="javascript:alert(1)">x</a><a href="data:text/html,x">y</a><a href="\u0001javascript:x">z</a>',
  '<a href="JaVa\tScript:alert(1)">x</a><a href="vbscript:x">y</a><a href=" &#14; javascript:x">z</a>',
  '<p style="position:fixed" id="content" class="fa hidden site" onclick="x">x</p>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<!--><img src=x onerror=alert(1)>--><![CDATA[<script>x</script>]]>',
  '"><script>x</script>',
  "' onmouseover='x",
  '<base href="https://evil.test/"><meta http-equiv=refresh content="0;url=https://evil.test/">',
  '<object data=x></object><embed src=x><link rel=stylesheet href=x><style>@import "x"</style>',
  '<a href="https://x/:wave:" title=":wave:">:wave:</a>',
]

describe('what others wrote is shown, and nothing in it acts', () => {
  it('in a post, its warning, its title and its tags', async () => {
    const words = harmful.join(' ')
    for (const more of [
      { content: words, summary: words, name: words },
      { type: 'Article', content: words, summary: words, name: words },
      { content: words, tag: harmful.map((name) => ({ type: 'Hashtag', name: `#${name}`, href: name })) },
    ]) {
      const { page } = await shownOf(more)
      expect(page).not.toMatch(/<(?:script|svg|iframe|form|input|button|math|style|object|embed|base)\b/i)
      expect(page).not.toMatch(/(?:href|src)="(?:javascript|data|vbscript):/i)
      expect(page.match(/\sid="content"/g)).toHaveLength(1)
    }
  })

  it('in a poll, and in what is said of media', async () => {
    for (const text of harmful) {
      const endTime = new Date(Date.now() + 3600_000).toISOString()
      const oneOf = [text, 'Two'].map((name) => ({ type: 'Note', name }))
      const attachment = [{ type: 'Image', mediaType: 'image/png', url: 'https://a.test/a.png', name: text }]
      const { page } = await shownOf({ type: 'Question', oneOf, endTime, attachment })
      expect(page).not.toMatch(/<(?:script|svg|iframe|form|input|button)\b/i)
    }
  }, 90_000)

  it('in a profile, its fields and its emoji', async () => {
    for (const [index, text] of harmful.entries()) {
      const attachment = [{ type: 'PropertyValue', name: text, value: text }]
      const icon = { type: 'Image', url: 'javascript:alert(1)' }
      const tag = [
        {
          type: 'Emoji',
          name: `:x" onerror="alert(1)${index}:`,
          icon: { type: 'Image', url: 'https://a.test/e.png' },
        },
        { type: 'Emoji', name: ':wave:', icon: { type: 'Image', url: 'https://a.test/" onerror="x' } },
      ]
      const changes = { name: `${text} :wave:`, summary: text, attachment, icon, image: icon, tag }
      const { page } = await shownOf({}, await scene.evil.addActor(`actor${index}`, changes))
      expect(page).not.toContain('="javascript:')
    }
  }, 90_000)
})

describe('an address is shown as what it is', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'JaVa\tScript:x',
    'file:///etc/passwd',
    'https://bank.example/login',
    'https://user@localhost/x',
  ])('a post is found at its own server, and not at %s', async (url) => {
    const { page, stored } = await shownOf({ url, attachment: [{ type: 'Document', mediaType: 'x/y', url }] })
    const { host } = new URL(stored.url ?? stored.uri ?? '')
    expect(host).toBe(new URL(scene.evil.origin).host)
    expect(page).not.toMatch(/href="(?:javascript|data|vbscript|file):/i)
  })

  it('and no part of it is hidden', async () => {
    const content =
      '<p><a href="https://evil.test/"><span class="invisible">https://evil.test/</span><span>good.test</span></a></p>'
    const { page } = await shownOf({ content })
    expect(page).not.toMatch(/class="invisible"/)
    expect(page).toContain('https://evil.test/</span>')
  })
})

it('Nobody is led off this server by an address of it', async () => {
  const elsewhere = [
    '//evil.test',
    '/%5cevil.test',
    '/\\evil.test',
    '/web/%2Fevil.test',
    '/@bob/%2F%2Fevil.test',
  ]
  const odd = [
    '/users//evil.test',
    '/@//evil.test',
    '/users/%2F%2Fevil.test',
    '/@bob%0d%0aLocation:%20x',
    '/@Bob/..//evil.test',
  ]
  const asked = [
    '/login?next=//evil.test',
    '/users/bob?next=javascript:x',
    'http://evil.test/@Bob',
    '/@BOB//evil.test',
  ]
  const { value } = await scene.watch(() => Promise.all([...elsewhere, ...odd, ...asked].map(look)))
  for (const { status, headers } of value) {
    expect(status).toBeLessThan(500)
    expect(headers.location ?? '/').toMatch(/^\/(?![/\\])/)
  }
})
