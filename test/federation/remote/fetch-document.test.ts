import type { RequestListener } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import { fetchDocument } from '../../../src/federation/remote/fetch-document.ts'
import { fetchNote } from '../../../src/federation/remote/fetch-note.ts'
import { noteOf, sendJson } from '../../support/remote-server.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote: victim, elsewhere: evil } = await use(meet())

beforeEach(() => {
  victim.arrivals.length = 0
  evil.arrivals.length = 0
})

const fetchIt = (uri: string) => fetchDocument(server.app.source.get, uri)
const redirect =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(302, { location }).end()
const note = (id: string) => ({
  '@context': 'https://www.w3.org/ns/activitystreams',
  id,
  type: 'Note',
  content: 'x',
})

describe('a document', () => {
  it('is what lies at its own address', async () => {
    const id = `${victim.origin}/n/1`
    victim.serve('/n/1', note(id))
    expect(await fetchIt(id)).toMatchObject({ id, url: id, json: { content: 'x' } })
  })

  it('may lie elsewhere on its own server', async () => {
    const id = `${victim.origin}/n/2`
    victim.serve('/n/2', redirect('/json/2'))
    victim.serve('/json/2', note(id))
    for (const uri of [id, `${victim.origin}/json/2`]) expect(await fetchIt(uri)).toMatchObject({ id })
  })

  it.each([
    'image/png',
    'text/plain',
    'application/octet-stream',
    'application/json',
    'text/html',
    '',
    'application/ld+json',
    'application/ld+json; profile="x"',
  ])('is not what is served as %j', async (type) => {
    victim.serve('/media/x', note(`${victim.origin}/media/x`), type)
    expect(await fetchIt(`${victim.origin}/media/x`)).toMatchObject({ missing: 'refused' })
  })

  it('may be called JSON-LD with the profile of ActivityStreams', async () => {
    const id = `${victim.origin}/n/3`
    victim.serve(
      '/n/3',
      note(id),
      'application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams"',
    )
    expect(await fetchIt(id)).toMatchObject({ id })
  })

  it('that calls itself by the name of another server is asked for there', async () => {
    const id = `${victim.origin}/n/4`
    victim.serve('/n/4', note(id))
    evil.serve('/n', redirect(`${evil.origin}/n2`))
    evil.serve('/n2', { ...note(id), content: 'forged' })
    expect(await fetchIt(`${evil.origin}/n`)).toMatchObject({ id, url: id, json: { content: 'x' } })
    expect(victim.fetched()).toEqual(['/n/4'])
    evil.serve('/n3', note(`${victim.origin}/absent`))
    expect(await fetchIt(`${evil.origin}/n3`)).toMatchObject({ missing: 'missing' })
  })

  it('is not what another server says where a redirect leads', async () => {
    const id = `${victim.origin}/leads-away`
    victim.serve('/leads-away', redirect(`${evil.origin}/leads-away`))
    evil.serve('/leads-away', { ...note(id), content: 'forged' })
    expect(await fetchIt(id)).toMatchObject({ missing: 'refused' })
  })

  it('has an id whose host is spelt as everybody spells it', async () => {
    for (const host of [`LOCALHOST:${evil.port}`, `localhost.:${evil.port}`, `user@localhost:${evil.port}`]) {
      evil.serve('/odd', note(`http://${host}/odd`))
      expect(await fetchIt(`${evil.origin}/odd`)).toHaveProperty('missing')
    }
  })

  it('is asked for twice at most, whatever it calls itself', async () => {
    for (let n = 0; n < 10; n++) evil.serve(`/chain/${n}`, note(`${evil.origin}/chain/${n + 1}`))
    expect(await fetchIt(`${evil.origin}/chain/0`)).toMatchObject({ missing: 'refused' })
    expect(evil.fetched()).toEqual(['/chain/0', '/chain/1'])
  })

  it('is no page that names another address', async () => {
    const page =
      (to: string): RequestListener =>
      (_request, response) => {
        const link = `<link rel="alternate" type="application/activity+json" href="${evil.origin}${to}">`
        response
          .writeHead(200, {
            'content-type': 'text/html',
            link: `<${evil.origin}${to}>; rel="alternate"; type="application/activity+json"`,
          })
          .end(link)
      }
    evil.serve('/a', page('/b'))
    evil.serve('/b', page('/a'))
    expect(await fetchIt(`${evil.origin}/a`)).toMatchObject({ missing: 'refused' })
    expect(evil.fetched()).toEqual(['/a'])
  })

  it('that asks for less to be signed is given another whole signature, and no more', async () => {
    evil.serve('/oracle', (_request, response) =>
      response.writeHead(401, { 'accept-signature': 's=("date")' }).end(),
    )
    expect(await fetchIt(`${evil.origin}/oracle`)).toMatchObject({ missing: 'unavailable' })
    expect(evil.arrivals).toHaveLength(2)
    expect(evil.arrivals[0]?.headers['signature']).toContain('headers="(request-target) host date"')
    expect(evil.arrivals[1]?.headers['signature-input']).toContain('("@method" "@target-uri" "@authority")')
  })

  it('and a redirect to it are each asked for with a signature of their own', async () => {
    const id = `${victim.origin}/n/5`
    victim.serve('/n/5', note(id))
    evil.serve('/to-5', redirect(id))
    await fetchIt(`${evil.origin}/to-5`)
    const [first, second] = [evil.arrivals[0], victim.arrivals[0]]
    expect(first?.headers['signature']).not.toBe(second?.headers['signature'])
    expect(second?.headers['host']).toBe(new URL(id).host)
  })
})

describe('a post', () => {
  it('is by somebody of the server that has it', async () => {
    const own = noteOf({ uri: `${victim.origin}/users/alice` })
    const foreign = noteOf(
      { uri: `${evil.origin}/users/mal` },
      { attributedTo: `${victim.origin}/users/alice` },
    )
    victim.serve(new URL(own['id']).pathname, { ...note(''), ...own })
    evil.serve(new URL(foreign['id']).pathname, { ...note(''), ...foreign })
    expect(await fetchNote(server.app.source, own['id'])).toMatchObject({ id: own['id'] })
    expect(await fetchNote(server.app.source, foreign['id'])).toBeUndefined()
  })

  it('has one id, in every reading', async () => {
    const mal = `${evil.origin}/users/mal`
    const context = ['https://www.w3.org/ns/activitystreams', { id: 'urn:x', uri: '@id' }]
    for (const origin of [victim.origin, evil.origin]) {
      const uri = `${mal}/notes/two`
      const other = `${origin}/users/alice/notes/1`
      const document = { '@context': context, ...noteOf({ uri: mal }), id: uri, uri: other }
      evil.serve('/users/mal/notes/two', sendJson(document))
      expect(await fetchNote(server.app.source, uri)).toBeUndefined()
    }
  })
})
