import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findFollowBetween } from '../../src/store/follows.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

let server: TestServer
let remote: RemoteServer
let anna: ApiMember
let eve: ApiMember

beforeAll(async () => {
  server = await startServer()
  remote = await startRemoteServer()
  anna = await signUp(server, 'anna')
  eve = await signUp(server, 'eve')
})
afterAll(async () => {
  await remote?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

const imports = '/api/holdfast/v1/imports'

async function upload(
  path: string,
  content: string | Blob,
  fields: Record<string, string>,
  { name = 'data.csv', as = anna.actor, scopes = ['read', 'write'] } = {},
) {
  const body = new FormData()
  body.set('data', typeof content === 'string' ? new Blob([content]) : content, name)
  for (const [key, value] of Object.entries(fields)) body.set(key, value)
  const token = await issueToken(server.ctx, as.id, scopes)
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(server.origin + path, { method: 'POST', body, headers })
  return { status: response.status, body: (await response.json()) as any }
}

async function done(id: string) {
  await until('the import to end', async () => (await anna.get(`${imports}/${id}`)).state === 'done', {
    seconds: 60,
  })
  return anna.get(`${imports}/${id}`)
}

async function download(path: string, scopes: string[], as: Actor = anna.actor) {
  const headers = { authorization: `Bearer ${await issueToken(server.ctx, as.id, scopes)}` }
  const response = await fetch(server.origin + path, { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('Importing by an app', () => {
  test('follows people elsewhere as if each had been followed by hand', async () => {
    const bob = await remote.addActor('bob')
    const host = `localhost:${remote.port}`
    remote.serve(
      `/.well-known/webfinger?resource=${encodeURIComponent(`acct:bob@${host}`)}`,
      {
        subject: `acct:bob@${host}`,
        links: [{ rel: 'self', type: 'application/activity+json', href: bob.uri }],
      },
      'application/jrd+json',
    )
    const file = `Account address,Show boosts\nbob@${host},false\neve@${server.ctx.config.handleDomain},true\nhello,true\n`
    const started = await upload(imports, file, {})
    expect(started).toMatchObject({
      status: 202,
      body: { type: 'following', mode: 'merge', dry_run: false, total: 3, failed: 1, file_name: 'data.csv' },
    })
    const ended = await done(started.body.id)
    expect(ended).toMatchObject({ state: 'done', done: 3, added: 2, kept: 0, failed: 1, removed: 0 })
    await until('the Follow to arrive', async () => remote.received('Follow').length === 1)
    expect(remote.received('Follow')[0]).toMatchObject({ object: bob.uri })
    expect(await findFollowBetween(server.ctx.db, anna.actor.id, eve.actor.id)).toMatchObject({
      state: 'accepted',
    })
    expect((await anna.get(imports)).map(({ id }: any) => id)).toContain(started.body.id)
    const rows = await anna.get(`${imports}/${started.body.id}/rows?outcome=failed`)
    expect(rows).toEqual([
      {
        ...{ number: 3, cells: ['hello', 'true', '', ''], outcome: 'failed' },
        detail: 'This is no address like name@domain.',
      },
    ])
    for (const after of ['9e15', '99999999999999999999'])
      expect(await anna.get(`${imports}/${started.body.id}/rows?after=${after}`)).toEqual([])
    const before = await anna.call('GET', `${imports}/${started.body.id}/rows?after=-9e15`)
    expect(before.status).toBe(400)
    const page = await anna.get(`${imports}/${started.body.id}/rows?after=1&limit=1`)
    expect(page.map(({ number }: any) => number)).toEqual([2])
    const failures = await download(`${imports}/${started.body.id}/failures.csv`, ['read:follows'])
    expect(failures.text).toContain('hello,true,,,This is no address')
    expect(failures.headers.get('content-disposition')).toBe('attachment; filename="failed-following.csv"')
  })

  test('answers in the way of GoToSocial, too', async () => {
    const fields = { type: 'blocks', mode: 'merge' }
    const file = `eve@${server.ctx.config.handleDomain}\n`
    expect(await upload('/api/v1/import', file, fields, { as: anna.actor })).toEqual({
      status: 202,
      body: { status: 'Accepted' },
    })
    const [latest] = await anna.get(imports)
    expect(await done(latest.id)).toMatchObject({ type: 'blocks', added: 1 })
    expect((await anna.get('/api/v1/blocks')).map(({ username }: any) => username)).toEqual(['eve'])
  })

  test('only says what it would do in a dry run', async () => {
    const started = await upload(imports, 'bad.example\n', {
      ...{ type: 'domain_blocks', dry_run: 'true', mode: 'overwrite' },
    })
    expect(await done(started.body.id)).toMatchObject({ dry_run: true, added: 1 })
    expect(await anna.get('/api/v1/domain_blocks')).toEqual([])
  })

  test('is for apps that may do what the file does', async () => {
    const file = 'eve@away.example\n'
    const by = (scope: string) => ({ scopes: [scope] })
    const outside = { status: 403, body: { error: 'This action is outside the authorized scopes' } }
    expect(await upload(imports, file, { type: 'following' }, by('write:mutes'))).toEqual(outside)
    expect(await upload(imports, file, { type: 'following' }, by('write:accounts'))).toEqual(outside)
    expect(await upload(imports, 'Sea,a@b.example', { type: 'lists' }, by('write:lists'))).toEqual(outside)
    expect(await upload(imports, file, { type: 'mutes', dry_run: '1' }, by('write:mutes'))).toMatchObject({
      status: 202,
    })
    const [latest] = await anna.get(imports)
    const rows = `${imports}/${latest.id}/rows`
    expect(await download(rows, ['read:follows'])).toMatchObject({ status: 403 })
    expect(await download(rows, ['read:mutes'])).toMatchObject({ status: 200 })
    await anna.call('DELETE', `${imports}/${latest.id}`)
    expect(await anna.get(`${imports}/${latest.id}`)).toMatchObject({ state: 'cancelled' })
  })

  test('is refused for what is no such file, and nothing is kept of it', async () => {
    const before = await anna.get(imports)
    const refused = async (content: string | Blob, fields: Record<string, string> = { type: 'following' }) =>
      (await upload(imports, content, fields)).status
    expect(await refused('a\0@b.example\n')).toBe(422)
    expect(await refused('x'.repeat(10_000_000))).toBe(422)
    expect(await refused('a,'.repeat(1_000_000))).toBe(422)
    expect(await refused('=cmd()\n')).toBe(422)
    expect(await refused('a@b.example\n', { type: 'followers' })).toBe(422)
    expect(await refused('a@b.example\n', {})).toBe(422)
    expect(await refused('a@b.example\n', { type: 'following', mode: 'destroy' })).toBe(422)
    expect((await anna.call('POST', imports, { type: 'following' })).status).toBe(422)
    expect(await anna.get(imports)).toEqual(before)
  })

  test('of others is not there: neither how far it is nor its rows, and nobody else stops it', async () => {
    const { body } = await upload(imports, 'bob@nowhere.example\n', { type: 'mutes', dry_run: 'true' })
    for (const path of ['', '/rows', '/failures.csv']) {
      const answer = await eve.call('GET', `${imports}/${body.id}${path}`)
      expect([answer.status, answer.body]).toEqual([404, { error: 'Record not found' }])
    }
    expect((await eve.call('DELETE', `${imports}/${body.id}`)).status).toBe(404)
    expect(await eve.get(imports)).toEqual([])
  })
})

describe('Exporting by an app', () => {
  test('gives each file to apps that may read what is in it', async () => {
    const at = (name: string) => `/api/holdfast/v1/exports/${name}`
    const blocked = await download(at('blocked_accounts.csv'), ['read:blocks'])
    expect(blocked).toMatchObject({ status: 200, text: `eve@${server.ctx.config.handleDomain}\n` })
    expect(blocked.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(blocked.headers.get('cache-control')).toBe('private, no-store')
    expect(blocked.headers.get('content-disposition')).toBe('attachment; filename="blocked_accounts.csv"')
    expect((await download(at('blocked_accounts.csv'), ['read:follows'])).status).toBe(403)
    const following = await download(at('following_accounts.csv'), ['read'])
    expect(following.text).toMatch(
      /^Account address,Show boosts,Notify on new posts,Languages\nbob@localhost:\d+,false,false,\n$/,
    )
    expect((await download(at('following_accounts.csv'), ['read'], eve.actor)).text).toBe(
      'Account address,Show boosts,Notify on new posts,Languages\n',
    )
    expect((await download(at('passwords.csv'), ['read'])).status).toBe(404)
    const filters = await download(at('custom_filters.json'), ['read:filters'])
    expect(JSON.parse(filters.text)).toEqual({ custom_filters: [] })
  })
})
