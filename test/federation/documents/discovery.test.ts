import { describe, expect, it } from 'vitest'
import { send, type Answer } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const split = await use(startServer({ env: { HANDLE_DOMAIN: 'handles.example' } }))
for (const { ctx } of [server, split]) await createMember(ctx, 'Bob')

const get = (on: TestServer, path: string): Promise<Answer> =>
  send(on.port, { path, headers: { host: new URL(on.origin).host } })

const finger = (on: TestServer, resource: string): Promise<Answer> =>
  get(on, `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`)

const hostOf = (on: TestServer): string => new URL(on.origin).host

describe('WebFinger', () => {
  it('knows a member by handle and by address, in one spelling', async () => {
    const subject = `acct:Bob@${hostOf(server)}`
    const self = { rel: 'self', type: 'application/activity+json', href: `${server.origin}/users/Bob` }
    for (const resource of [
      subject,
      subject.toLowerCase(),
      `acct:BOB@${hostOf(server)}`,
      `${server.origin}/users/Bob`,
    ]) {
      const answer = await finger(server, resource)
      expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } })
      expect(answer.headers['content-type']).toMatch(/^application\/jrd\+json/)
      const { subject: said, links } = JSON.parse(answer.body)
      expect({ said, links }).toEqual({ said: subject, links: expect.arrayContaining([self]) })
    }
  })

  it('names a member after the domain of handles, whichever of the two is asked about', async () => {
    const subject = 'acct:Bob@handles.example'
    for (const resource of [subject, `acct:bob@${hostOf(split)}`, `${split.origin}/users/Bob`]) {
      const { body } = await finger(split, resource)
      expect(JSON.parse(body)).toMatchObject({
        subject,
        links: expect.arrayContaining([expect.objectContaining({ href: `${split.origin}/users/Bob` })]),
      })
    }
  })

  it('knows the instance by the name of its domain', async () => {
    for (const on of [server, split]) {
      const { handleDomain, origin } = on.ctx.config
      for (const resource of [
        `acct:${handleDomain}@${handleDomain}`,
        `acct:${hostOf(on)}@${hostOf(on)}`,
        `${origin}/actor`,
      ]) {
        const { body } = await finger(on, resource)
        const links = expect.arrayContaining([
          { rel: 'self', type: 'application/activity+json', href: `${origin}/actor` },
        ])
        expect(JSON.parse(body)).toMatchObject({ subject: `acct:${handleDomain}@${handleDomain}`, links })
      }
    }
  })

  it('knows nobody else', async () => {
    const host = hostOf(server)
    for (const resource of [
      `acct:nobody@${host}`,
      'acct:bob@elsewhere.example',
      `acct:instance.actor@${host}`,
      `${server.origin}/users/nobody`,
      'https://elsewhere.example/users/Bob',
    ])
      expect((await finger(server, resource)).status).toBe(404)
    for (const query of ['', '?resource=', '?resource=bob'])
      expect((await get(server, `/.well-known/webfinger${query}`)).status).toBe(400)
  })
})

describe('others find out', () => {
  it('where to ask for handles, by host-meta', async () => {
    const answer = await get(split, '/.well-known/host-meta')
    expect(answer.headers['content-type']).toMatch(/^application\/xrd\+xml/)
    expect(answer.body).toContain(`template="${split.origin}/.well-known/webfinger?resource={uri}"`)
  })

  it('what we run, by NodeInfo in both versions', async () => {
    const { links } = JSON.parse((await get(server, '/.well-known/nodeinfo')).body)
    const schema = 'http://nodeinfo.diaspora.software/ns/schema/'
    expect(links).toEqual([
      { rel: `${schema}2.0`, href: `${server.origin}/nodeinfo/2.0` },
      { rel: `${schema}2.1`, href: `${server.origin}/nodeinfo/2.1` },
    ])
    for (const [version, { href }] of [
      ['2.0', links[0]],
      ['2.1', links[1]],
    ] as const) {
      const answer = await get(server, new URL(href).pathname)
      expect(answer.headers['content-type']).toContain(`profile="${schema}${version}#"`)
      expect(JSON.parse(answer.body)).toMatchObject({
        version,
        software: { name: 'holdfast', version: server.ctx.config.version },
        protocols: ['activitypub'],
        usage: { users: { total: 1 } },
        openRegistrations: false,
      })
    }
  })
})
