import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { changeSettings } from '../../src/domain/instance/settings.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createUpload } from '../support/uploads.ts'
import { until } from '../support/until.ts'

const usualPlace = process.env['TMPDIR']
let place: string
let server: TestServer
let alice: ApiMember
let token: string

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'bodies-'))
  process.env['TMPDIR'] = place
  server = await startServer()
  alice = await signUp(server, 'alice')
  token = await issueToken(server.ctx, alice.actor.id, ['read', 'write'])
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  if (usualPlace === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usualPlace
  await rm(place, { recursive: true, force: true })
})

/** The files of bodies that are kept meanwhile. */
const uploads = async () => (await readdir(place)).filter((name) => /^[0-9a-f]{32}$/.test(name))
const noUploads = () => until('no file is left', async () => (await uploads()).length === 0)

type Part = readonly [name: string, value: string | Blob]

async function send(method: string, path: string, parts: readonly Part[], as: string | undefined = token) {
  const body = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') body.append(name, value)
    else body.append(name, value, 'file')
  }
  const headers = as === '' ? {} : { authorization: `Bearer ${as}` }
  const response = await fetch(server.origin + path, { method, headers, body })
  return { status: response.status, body: (await response.json()) as any, headers: response.headers }
}

describe('Names in forms', () => {
  test('may not ask for more places than there are values', async () => {
    for (const [name, problem] of [
      ['a[100000000]', 'Field name array index too large'],
      ['a[201]', 'Field name array index too large'],
      [`a${'[b]'.repeat(6)}`, 'Field name nesting too deep'],
    ] as const) {
      const { status } = await send('POST', '/api/v1/statuses', [
        ['status', 'x'],
        [name, 'x'],
      ])
      expect([name, status]).toEqual([name, 422])
      const stranger = await send('POST', '/oauth/token', [[name, 'x']], '')
      expect(stranger.body).toEqual({ error: `Validation failed: ${problem}` })
    }
  })

  test('say the same in each kind of body', async () => {
    const parts: Part[] = [
      ['status', 'A poll'],
      ['poll[options][]', 'Sea'],
      ['poll[options][]', 'Hills'],
      ['poll[expires_in]', '3600'],
    ]
    const form = await send('POST', '/api/v1/statuses', parts)
    const url = new URLSearchParams(parts.map(([name, value]): [string, string] => [name, String(value)]))
    const headers = { authorization: `Bearer ${token}` }
    const encoded = await fetch(`${server.origin}/api/v1/statuses`, { method: 'POST', headers, body: url })
    const query = await alice.call('POST', `/api/v1/statuses?${url.toString()}`)
    for (const body of [form.body, await encoded.json(), query.body])
      expect(body.poll.options.map(({ title }: any) => title)).toEqual(['Sea', 'Hills'])
  })

  test('of other than plain values are no prototypes', async () => {
    const parts: Part[] = [
      ['__proto__[status]', 'x'],
      ['constructor[prototype][status]', 'x'],
    ]
    expect((await send('POST', '/api/v1/statuses', parts)).status).toBe(422)
    expect(({} as Record<string, unknown>)['status']).toBeUndefined()
  })
})

describe('Text', () => {
  test('may speak of the character that is none, but not hold it', async () => {
    const { body } = await alice.call('POST', '/api/v1/statuses', { status: String.raw`It is \u0000` })
    expect(body.content).toContain(String.raw`It is \u0000`)
    for (const input of [{ status: 'a\0b' }, { status: 'a', poll: { 'a\0': [1] } }, { 'a\0': 1 }]) {
      const answer = await alice.call('POST', '/api/v1/statuses', input)
      expect(answer).toMatchObject({ status: 400, body: { error: 'The request cannot be read' } })
    }
    expect((await send('POST', '/api/v1/statuses', [['status', 'a\0b']])).status).toBe(400)
  })

  test('is taken no matter how deep it stands, up to where nobody puts any', async () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)])
    const at = (depth: number) =>
      alice.call('POST', '/api/v1/statuses', { status: 'a', other: nested(depth) })
    expect((await at(10)).status).toBe(200)
    expect((await at(60)).status).toBe(400)
  })

  test('with half a character is kept with a sign in its place', async () => {
    const half = 'Cut \ud83d'
    const whole = 'Cut \ufffd'
    const later = new Date(Date.now() + 3600_000).toISOString()
    const scheduled = await alice.post('/api/v1/statuses', { status: half, scheduled_at: later })
    expect(scheduled.params.text).toBe(whole)
    expect((await alice.post('/api/v1/statuses', { status: half })).content).toBe(`<p>${whole}</p>`)
    const profile = { display_name: half, fields_attributes: [{ name: half, value: half }] }
    const { body } = await alice.call('PATCH', '/api/v1/accounts/update_credentials', profile)
    expect(body).toMatchObject({ display_name: whole, source: { fields: [{ name: whole, value: whole }] } })
    const filter = { title: half, context: ['home'], keywords_attributes: [{ keyword: half }] }
    expect(await alice.post('/api/v2/filters', filter)).toMatchObject({
      ...{ title: whole, keywords: [{ keyword: whole }] },
    })
    expect((await alice.call('POST', '/api/v1/lists', { title: half })).body.title).toBe(whole)
    const { id } = await createUpload(server.ctx, alice.actor)
    const described = await alice.call('PUT', `/api/v1/media/${id}`, { description: half })
    expect(described.body.description).toBe(whole)
    const posted = await alice.post('/api/v1/statuses', { status: half, media_ids: [id] })
    expect(posted.media_attachments).toMatchObject([{ description: whole }])
    await changeSettings(server.ctx, { registrations: 'approval' })
    const registered = { client_name: 'App', redirect_uris: 'app://back', scopes: 'write' }
    const { client_id, client_secret } = await nobody(server).post('/api/v1/apps', registered)
    const asked = { grant_type: 'client_credentials', client_id, client_secret, scope: 'write' }
    const app = await nobody(server).post('/oauth/token', asked)
    const applied = await nobody(server).call('POST', '/api/v1/accounts', {
      ...{ access_token: app.access_token, username: 'new', email: 'new@mail.example', reason: half },
      ...{ password: 'a long enough one', agreement: true, locale: 'en' },
    })
    expect([applied.status, applied.body.token_type]).toEqual([200, 'Bearer'])
    expect((await alice.call('POST', '/api/v1/lists', { [half]: half })).status).toBe(422)
  })
})

const file = () => new Blob([new Uint8Array(2000)])

describe('Files', () => {
  test('of one name are all removed', async () => {
    const parts: Part[] = [
      ['file', file()],
      ['file', file()],
      ['file', file()],
    ]
    expect((await send('POST', '/api/v2/media', parts)).status).toBe(422)
    await noUploads()
  })

  test('are taken only where there is a use for them', async () => {
    const { status, body } = await send('POST', '/api/v1/statuses', [
      ['status', 'With a file'],
      ['file', file()],
    ])
    expect([status, body.content]).toEqual([200, '<p>With a file</p>'])
    const others = await send('PATCH', '/api/v1/accounts/update_credentials', [
      ['display_name', 'Alice'],
      ['other', file()],
    ])
    expect([others.status, others.body.display_name]).toEqual([200, 'Alice'])
    await noUploads()
  })

  test('are not taken from nobody', async () => {
    expect((await send('POST', '/api/v2/media', [['file', file()]], '')).status).toBe(401)
    expect(await uploads()).toEqual([])
  })

  test('of whoever hangs up are removed, before and after the whole body is there', async () => {
    const boundary = 'b'
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`
    const start = Buffer.concat([Buffer.from(part), Buffer.alloc(300_000)])
    for (const rest of ['', `\r\n${part}more\r\n--${boundary}--\r\n`]) {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(start.length + (rest === '' ? 1000 : rest.length)),
      }
      const sent = ask(`${server.origin}/api/v2/media`, { method: 'POST', headers })
      sent.on('error', () => undefined)
      sent.write(start)
      await until('a file', async () => (await uploads()).length > 0)
      sent.write(rest)
      sent.destroy()
      await noUploads()
    }
  })
})

describe('Whoever shows no token', () => {
  test('is counted before their body is read', async () => {
    const big = JSON.stringify({ client_name: 'x'.repeat(300_000) })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${server.origin}/api/v1/apps`, { method: 'POST', headers, body: big })
    expect([response.status, response.headers.get('x-ratelimit-limit')]).toEqual([413, '300'])
    await response.text()
  })

  test('may still have it in the body', async () => {
    const { status, body } = await nobody(server).call('POST', '/api/v1/statuses', {
      ...{ access_token: token, status: 'From within' },
    })
    expect([status, body.account.username]).toEqual([200, 'alice'])
  })
})
