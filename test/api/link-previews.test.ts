import { sql } from 'kysely'
import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, checkAll } from '../contract/check.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { fetchPreview } from '../../src/domain/links/fetch-preview.ts'
import { insertDomainBlock } from '../../src/store/hosts.ts'

let server: TestServer
let site: RemoteServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  site = await startRemoteServer()
  alice = await signUp(server, 'alice')
  bob = await signUp(server, 'bob')
})
afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

function sendHtml(html: string | Buffer, type = 'text/html; charset=utf-8'): RequestListener {
  return (_request, response) => void response.writeHead(200, { 'content-type': type }).end(html)
}

const article = `<!doctype html><html lang="de-AT"><head><title>Plain title</title>
  <meta property="og:title" content="Sea &amp; sky"><meta name="description" content="About both.">
  <meta property="og:site_name" content="The Coast"><meta name="author" content="Ann">
  <meta property="og:image" content="/cover.png"><meta property="og:image:width" content="640">
  <meta property="og:image:height" content="480"><meta property="article:published_time" content="2026-10-01T10:00:00+02:00">
  </head><body><h1>Sea</h1></body></html>`

async function post(member: ApiMember, status: string, more: object = {}) {
  const { id } = await member.post('/api/v1/statuses', { status, ...more })
  await server.settle()
  return id as string
}

const asked = (path: string) => site.fetched().filter((each) => each === path).length

describe('A post with a link', () => {
  test('shows what the page says of itself, and its server is asked once for all who link to it', async () => {
    site.serve('/article', sendHtml(article))
    const id = await post(alice, `@bob #sea read ${site.origin}/article#part and ${site.origin}/other`)
    const { card } = await alice.get(`/api/v1/statuses/${id}`)
    expect(check('PreviewCard', card)).toMatchObject({
      ...{ url: `${site.origin}/article`, title: 'Sea & sky', description: 'About both.', type: 'link' },
      ...{
        provider_name: 'The Coast',
        author_name: 'Ann',
        width: 640,
        height: 480,
        html: '',
        language: 'de',
      },
      ...{ author_url: '', authors: [], published_at: '2026-10-01T08:00:00.000Z' },
    })
    expect(card.image).toContain(`${server.origin}/proxy/`)
    const again = await post(bob, `${site.origin}/article`)
    expect((await nobody(server).get(`/api/v1/statuses/${again}`)).card.title).toBe('Sea & sky')
    expect(asked('/article')).toBe(1)
    expect(asked('/other')).toBe(0)
    const [request] = site.arrivals.filter(({ url }) => url === '/article')
    expect(request?.headers['user-agent']).toMatch(/^Holdfast\//)
    expect(request?.headers).not.toHaveProperty('cookie')
    expect(request?.headers).not.toHaveProperty('signature')
  })

  test('has another card once it says otherwise, and none when its link is gone', async () => {
    site.serve('/one', sendHtml('<title>One</title>'))
    site.serve('/two', sendHtml('<title>Two</title>'))
    const id = await post(alice, `${site.origin}/one`)
    await alice.call('PUT', `/api/v1/statuses/${id}`, { status: `${site.origin}/two` })
    await server.settle()
    expect((await alice.get(`/api/v1/statuses/${id}`)).card.title).toBe('Two')
    await alice.call('PUT', `/api/v1/statuses/${id}`, { status: 'nothing' })
    expect((await alice.get(`/api/v1/statuses/${id}`)).card).toBeNull()
  })

  test('for named people alone is not told to the page that it links to', async () => {
    site.serve('/secret', sendHtml('<title>Secret</title>'))
    const id = await post(alice, `@bob ${site.origin}/secret`, { visibility: 'direct' })
    expect((await alice.get(`/api/v1/statuses/${id}`)).card).toBeNull()
    expect(asked('/secret')).toBe(0)
  })

  test('has no card where there is nothing to show, and the page is not asked again that day', async () => {
    const listeners: Record<string, RequestListener> = {
      '/file': sendHtml('%PDF', 'application/pdf'),
      '/missing': (_request, response) => void response.writeHead(404).end(),
      '/untitled': sendHtml('<p>No title</p>'),
      '/home': (_request, response) =>
        void response.writeHead(302, { location: `${server.origin}/@alice` }).end(),
    }
    for (const [path, listener] of Object.entries(listeners)) {
      site.serve(path, listener)
      const id = await post(alice, `${site.origin}${path}`)
      await post(bob, `${site.origin}${path}`)
      expect((await alice.get(`/api/v1/statuses/${id}`)).card).toBeNull()
      expect(asked(path)).toBe(1)
    }
  })

  test('is read as its server and the page say that it is written', async () => {
    const latin = Buffer.from('<meta charset="iso-8859-1"><title>Caf\u00e9</title>', 'latin1')
    site.serve('/latin', sendHtml(latin, 'text/html'))
    const id = await post(alice, `${site.origin}/latin`)
    expect((await alice.get(`/api/v1/statuses/${id}`)).card.title).toBe('Caf\u00e9')
  })

  test('is read from its beginning only, however long the page is', async () => {
    site.serve('/long', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.write('<title>Long</title>')
      const piece = Buffer.alloc(262_144, 'x')
      const more = (): void => {
        for (;;) if (!response.write(piece)) break
        response.once('drain', more)
      }
      more()
    })
    const id = await post(alice, `${site.origin}/long`)
    expect((await alice.get(`/api/v1/statuses/${id}`)).card.title).toBe('Long')
  })

  test('is asked about twice more when its server cannot answer, and keeps the card that it had', async () => {
    const url = `${site.origin}/busy`
    let status = 503
    site.serve('/busy', (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<title>Busy</title>')
    })
    const waits = async () => {
      const { rows } = await sql<{ attempt: number; wait: number }>`
        select (data->>'attempt')::int as attempt, extract(epoch from start_after - created_on)::float as wait
        from pgboss.job where name = 'link.preview' and data->>'url' = ${url} and data->>'attempt' is not null
        order by created_on`.execute(server.ctx.db)
      return rows.map(({ attempt, wait }) => [attempt, Math.round(wait / 10) * 10])
    }
    const id = await post(alice, url)
    expect(await waits()).toEqual([[1, 60]])
    status = 429
    await fetchPreview(server.ctx, { url, attempt: 1 })
    await fetchPreview(server.ctx, { url, attempt: 2 })
    expect(await waits()).toEqual([
      [1, 60],
      [2, 900],
    ])
    expect((await alice.get(`/api/v1/statuses/${id}`)).card).toBeNull()
    for (status of [200, 500]) {
      await fetchPreview(server.ctx, { url, attempt: 2 })
      expect((await alice.get(`/api/v1/statuses/${id}`)).card.title).toBe('Busy')
    }
    expect(asked('/busy')).toBe(5)
  })

  test('is asked about after others of its site, which are no obstacle to other sites', async () => {
    await using other = await startRemoteServer()
    other.serve('/page', sendHtml('<title>Other</title>'))
    const gate = Promise.withResolvers<void>()
    let [open, most] = [0, 0]
    for (let n = 0; n < 10; n++) {
      site.serve(`/slow/${n}`, async (_request, response) => {
        most = Math.max(most, ++open)
        await gate.promise
        open--
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>Slow ${n}</title>`)
      })
      await alice.post('/api/v1/statuses', { status: `${site.origin}/slow/${n}` })
    }
    await until('one to be asked', () => open === 1)
    const { id } = await alice.post('/api/v1/statuses', { status: `${other.origin}/page` })
    const cardOf = async (of: string) => (await alice.get(`/api/v1/statuses/${of}`)).card
    await until('the other site to have answered', async () => (await cardOf(id)) !== null, { seconds: 9 })
    expect([open, most]).toEqual([1, 1])
    gate.resolve()
    const asks = () => site.fetched().filter((path) => path.startsWith('/slow/')).length
    await until('all to be asked', () => asks() === 10, { seconds: 25 })
    await until('all to be answered', () => open === 0)
    expect(most).toBe(1)
  })

  test('of a blocked domain has no card', async () => {
    site.serve('/blocked', sendHtml('<title>Blocked</title>'))
    await insertDomainBlock(server.ctx.db, 'blocked.example', '')
    const url = 'https://news.blocked.example/blocked'
    await sql`insert into link_previews (url) values (${url})`.execute(server.ctx.db)
    let requests = 0
    const fetch = async () => {
      requests += 1
      throw new Error('asked')
    }
    await fetchPreview({ ...server.ctx, fetch }, { url })
    expect(requests).toBe(0)
  })
})

describe('A page with oEmbed', () => {
  async function cardOf(path: string, embed: object) {
    const href = `${site.origin}${path}.json`
    site.serve(
      path,
      sendHtml(`<title>Film</title><link rel="alternate" type="application/json+oembed" href="${href}">`),
    )
    site.serve(`${path}.json`, embed, 'application/json')
    const id = await post(alice, `${site.origin}${path}`)
    return check('PreviewCard', (await alice.get(`/api/v1/statuses/${id}`)).card)
  }

  test('shows a player in a frame of ours, whatever markup it offers', async () => {
    const html = `<script>alert(1)</script><iframe onload="x()" src="https://player.example/1?a=1&b=2"></iframe>`
    const card = await cardOf('/film', { type: 'video', title: 'A film', html, width: 320, height: '240' })
    expect(card).toMatchObject({ type: 'video', title: 'A film', width: 320, height: 240 })
    expect(card.html).toMatch(
      /^<iframe src="https:\/\/player\.example\/1\?a=1&#38;b=2" width="320" height="240" sandbox="[a-z -]+" allowfullscreen="true"><\/iframe>$/,
    )
  })

  test('shows no player without encryption, nor one of ours, nor rich markup', async () => {
    const frame = (src: string) => ({
      type: 'video',
      html: `<iframe src="${src}"></iframe>`,
      width: 9,
      height: 9,
    })
    for (const [path, embed] of [
      ['/plain', frame('http://player.example/1')],
      ['/ours', frame(`${server.origin}/oauth/authorize`)],
      ['/script', frame('javascript:alert(1)')],
      [
        '/rich',
        { type: 'rich', html: '<iframe src="https://player.example/1"></iframe>', width: 9, height: 9 },
      ],
    ] as const)
      expect(await cardOf(path, embed)).toMatchObject({ type: 'link', title: 'Film', html: '' })
  })

  test('shows a picture through our proxy', async () => {
    const card = await cardOf('/photo', { type: 'photo', url: `${site.origin}/p.jpg`, width: 3, height: 2 })
    expect(card).toMatchObject({ type: 'photo', width: 3, height: 2 })
    expect(card.embed_url).toContain(`${server.origin}/proxy/`)
  })
})

describe('A post from elsewhere', () => {
  test('has its page asked at some moment of the next minute', async () => {
    const eve = await site.addActor('eve')
    await alice.post('/api/v1/statuses', { status: 'hello' })
    const note = {
      ...{ id: `${site.origin}/notes/1`, type: 'Note', attributedTo: eve.uri },
      to: ['https://www.w3.org/ns/activitystreams#Public', `${server.origin}/users/alice`],
      content: `<p><a class="u-url mention" href="${site.origin}/@eve">@eve</a> <a href="https://tags.example/t" rel="tag">#t</a> <a href="${site.origin}/remote">here</a></p>`,
      tag: [{ type: 'Mention', href: `${server.origin}/users/alice`, name: '@alice' }],
    }
    const create = {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: `${note.id}#create`,
      type: 'Create',
      actor: eve.uri,
      to: note.to,
      object: note,
    }
    for (let times = 0; times < 2; times++) {
      const { status } = await eve.post(server, create)
      expect(status).toBe(202)
    }
    await server.settle()
    const { rows } = await sql<{ data: { url: string }; wait: number }>`
      select data, extract(epoch from start_after - created_on)::float as wait from pgboss.job
      where name = 'link.preview' and data->>'url' like '%/remote'`.execute(server.ctx.db)
    expect(rows.map(({ data }) => data.url)).toEqual([`${site.origin}/remote`])
    expect(rows[0]!.wait).toBeLessThanOrEqual(61)
    site.serve('/remote', sendHtml('<title>Remote</title>'))
    await fetchPreview(server.ctx, { url: `${site.origin}/remote` })
    const [first] = await alice.get('/api/v1/notifications?types[]=mention')
    expect(first.status.card.title).toBe('Remote')
  })
})

describe('Links that many share', () => {
  test('are trends, with who linked to them', async () => {
    const links = checkAll('PreviewCard', await nobody(server).get('/api/v1/trends/links'))
    const [first] = links as any[]
    expect(links.map(({ url }: any) => url)).toContain(`${site.origin}/article`)
    expect(first.history).toHaveLength(7)
    const shared: any = links.find(({ url }: any) => url === `${site.origin}/article`)
    expect(shared.history[0]).toMatchObject({ uses: '2', accounts: '2' })
  })

  test('have a timeline of those who want to be found', async () => {
    const path = `/api/v1/timelines/link?url=${encodeURIComponent(`${site.origin}/article`)}`
    await sql`update accounts set discoverable = (username = 'bob')`.execute(server.ctx.db)
    const statuses = checkAll('Status', await nobody(server).get(path))
    expect(statuses.map((status: any) => status.account.username)).toEqual(['bob'])
    expect((await nobody(server).call('GET', '/api/v1/timelines/link?url=https://a.example/')).status).toBe(
      404,
    )
  })
})

test('Direct posts are a timeline for those whom they concern', async () => {
  const carol = await signUp(server, 'carol')
  const id = await post(alice, '@bob psst', { visibility: 'direct' })
  for (const [member, ids] of [
    [alice, [id]],
    [bob, [id]],
    [carol, []],
  ] as const) {
    const statuses = checkAll('Status', await member.get('/api/v1/timelines/direct?limit=1'))
    expect(statuses.map((status: any) => status.id)).toEqual(ids)
  }
})
