import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  approveApplicant,
  forgetUnconfirmed,
  rejectApplicant,
} from '../../src/domain/accounts/decide-application.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { changeSettings } from '../../src/domain/instance/settings.ts'
import { findApplicant } from '../../src/store/users.ts'
import { readLink, readMailFiles } from '../support/mail-files.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { FormBrowser, password, postForm, postJson, registerTestApp } from './sign-in-kit.ts'

let server: TestServer
let appToken: string
let clients = 0

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
  const { client_id, client_secret } = await registerTestApp(server.origin)
  const asked = { grant_type: 'client_credentials', client_id, client_secret, scope: 'read write' }
  appToken = ((await (await postForm(`${server.origin}/oauth/token`, asked)).json()) as any).access_token
  const owner = { username: 'boss', email: 'boss@mail.example', password, role: 'owner' as const }
  await createAccount(server.ctx, owner)
})
beforeEach(() => changeSettings(server.ctx, { registrations: 'open' }))
afterAll(() => server?.[Symbol.asyncDispose]())

const from = () => ({ 'x-forwarded-for': `198.18.1.${++clients}` })

async function call(method: string, path: string, token: string, body?: object) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...from() }
  const response = await fetch(server.origin + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as any }
}

function ask(username: string, changes: object = {}, token = appToken) {
  const input = { username, email: `${username}@mail.example`, password, agreement: true, locale: 'en' }
  return call('POST', '/api/v1/accounts', token, { ...input, ...changes })
}

async function confirm(email: string): Promise<Response> {
  await server.settle()
  const path = await readLink(server.ctx, email, 'confirmation_token')
  const token = new URL(path, server.origin).searchParams.get('confirmation_token') ?? ''
  return new FormBrowser(server.origin).send(path, '/auth/confirmation', { confirmation_token: token })
}

describe('signing up by an app', () => {
  test('gives a token at once, which opens nothing before the address is confirmed, and all after', async () => {
    const { status, body } = await ask('alice')
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'read write follow push' })
    const token = body.access_token
    expect(await call('GET', '/api/v1/accounts/verify_credentials', token)).toEqual({
      status: 403,
      body: { error: 'Your login is missing a confirmed e-mail address' },
    })
    expect(await call('GET', '/api/v1/emails/check_confirmation', token)).toEqual({
      status: 200,
      body: false,
    })
    const unseen = ['/users/alice', '/@alice', '/.well-known/webfinger?resource=acct:alice@localhost']
    for (const path of unseen) expect((await fetch(server.origin + path)).status).not.toBe(200)
    expect((await confirm('alice@mail.example')).headers.get('location')).toBe('/auth/sign_in?note=confirmed')
    expect(await call('GET', '/api/v1/emails/check_confirmation', token)).toEqual({ status: 200, body: true })
    expect(await call('GET', '/api/v1/accounts/verify_credentials', token)).toMatchObject({
      status: 200,
      body: { username: 'alice' },
    })
    expect((await fetch(`${server.origin}/@alice`)).status).toBe(200)
    const told = await sql`select from notifications where type = 'admin.sign_up' and from_id =
      (select id from accounts where username = 'alice')`.execute(server.ctx.db)
    expect(told.rows).toHaveLength(1)
  })

  test('says of each field what is wrong with it, in words that apps know', async () => {
    await ask('taken')
    const wrong = { email: 'nowhere', password: 'short', agreement: false }
    const { status, body } = await ask('no spaces', wrong)
    expect(status).toBe(422)
    const errors = Object.entries(
      body.details as Record<string, { error: string; description: string }[]>,
    ).map(([field, list]) => [field, list.map(({ error }) => error)])
    expect(Object.fromEntries(errors)).toEqual({
      username: ['ERR_INVALID'],
      email: ['ERR_INVALID'],
      password: ['ERR_TOO_SHORT'],
      agreement: ['ERR_ACCEPTED'],
    })
    expect(body.error).toMatch(/^Validation failed: Username must contain only letters/)
    expect((await ask('TAKEN', { email: 'x1@mail.example' })).body.details).toEqual({
      username: [{ error: 'ERR_TAKEN', description: 'has already been taken' }],
    })
    expect((await ask('other', { email: 'Taken@MAIL.example' })).body.details).toEqual({
      email: [{ error: 'ERR_TAKEN', description: 'has already been taken' }],
    })
    expect((await ask('admin')).body.details.username[0].error).toBe('ERR_RESERVED')
    expect((await ask('')).body.details.username[0].error).toBe('ERR_BLANK')
  })

  test('is for apps alone, where it is open, and five times from one network', async () => {
    const { body } = await ask('member')
    await confirm('member@mail.example')
    expect((await ask('by_member', {}, body.access_token)).status).toBe(403)
    expect((await postJson(`${server.origin}/api/v1/accounts`, { username: 'x' }, from())).status).toBe(401)
    await changeSettings(server.ctx, { registrations: 'closed' })
    expect(await ask('closed')).toEqual({ status: 403, body: { error: 'This action is not allowed' } })
    await changeSettings(server.ctx, { registrations: 'open' })
    const headers = { authorization: `Bearer ${appToken}`, 'x-forwarded-for': '198.18.9.9' }
    const statuses: number[] = []
    for (let index = 0; index < 6; index++)
      statuses.push((await postJson(`${server.origin}/api/v1/accounts`, { username: '!' }, headers)).status)
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
  })

  test('of the same name at the same time gives one account', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => ask('racer', { email: `racer${n}@mail.example` })))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 422, 422])
  })

  test('sends the link once more, also elsewhere, but not to somebody who confirmed', async () => {
    const token = (await ask('typo', { email: 'tpyo@mail.example' })).body.access_token
    const again = { email: 'typo@mail.example' }
    expect(await call('POST', '/api/v1/emails/confirmations', token, again)).toEqual({
      status: 200,
      body: {},
    })
    await confirm('typo@mail.example')
    expect((await call('GET', '/api/v1/accounts/verify_credentials', token)).status).toBe(200)
    expect((await call('POST', '/api/v1/emails/confirmations', token)).status).toBe(403)
    const link = await readLink(server.ctx, 'tpyo@mail.example', 'confirmation_token')
    const used = new URL(link, server.origin).searchParams.get('confirmation_token') ?? ''
    const browser = new FormBrowser(server.origin)
    expect((await browser.send(link, '/auth/confirmation', { confirmation_token: used })).status).toBe(422)
  })

  test('sends five mails in an hour, and no more', async () => {
    const token = (await ask('eager')).body.access_token
    const statuses: number[] = []
    for (let index = 0; index < 5; index++)
      statuses.push((await call('POST', '/api/v1/emails/confirmations', token)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    await server.settle()
    const mails = (await readMailFiles(server.ctx)).filter(({ text }) =>
      text.includes('To: eager@mail.example'),
    )
    expect(mails).toHaveLength(5)
    expect(mails.every(({ mode }) => mode === 0o600)).toBe(true)
  })
})

describe('where people are asked', () => {
  beforeEach(() => changeSettings(server.ctx, { registrations: 'approval' }))

  test('somebody waits, is listed, let in and told', async () => {
    expect((await ask('blank')).body.details).toMatchObject({ reason: [{ error: 'ERR_BLANK' }] })
    const token = (await ask('hopeful', { reason: 'I like it here' })).body.access_token
    expect((await confirm('hopeful@mail.example')).headers.get('location')).toBe('/auth/sign_in?note=waiting')
    expect(await call('GET', '/api/v1/accounts/verify_credentials', token)).toEqual({
      status: 403,
      body: { error: 'Your login is currently pending approval' },
    })
    expect((await fetch(`${server.origin}/@hopeful`)).status).toBe(404)
    expect(await findApplicant(server.ctx.db, 'HOPEFUL')).toMatchObject({ signUpReason: 'I like it here' })
    await approveApplicant(server.ctx, 'hopeful')
    await expect(approveApplicant(server.ctx, 'hopeful')).rejects.toThrow('Nobody of the name')
    expect((await call('GET', '/api/v1/accounts/verify_credentials', token)).status).toBe(200)
    await server.settle()
    const mails = await readMailFiles(server.ctx)
    expect(mails.filter(({ text }) => /To: hopeful@[\s\S]*Welcome to/.test(text))).toHaveLength(1)
  })

  test('nobody finds who waits, by name, by id or in a list, before they are let in', async () => {
    await ask('waiting', { reason: 'I like it here' })
    await confirm('waiting@mail.example')
    const { accountId } = (await findApplicant(server.ctx.db, 'waiting'))!
    await sql`update accounts set discoverable = true where id = ${accountId}`.execute(server.ctx.db)
    const boss = await getAccount(server.ctx, 'boss')
    const token = await issueToken(server.ctx, boss.id, ['read', 'write', 'follow'])
    const named = [
      `/api/v1/accounts/${accountId}`,
      `/api/v1/accounts/${accountId}/statuses`,
      `/api/v1/accounts/${accountId}/followers`,
      '/api/v1/accounts/lookup?acct=waiting',
    ]
    const lists = [
      `/api/v1/accounts?id[]=${accountId}`,
      `/api/v1/accounts/relationships?id[]=${accountId}`,
      '/api/v1/accounts/search?q=waiting',
      '/api/v1/directory?local=true&order=new',
    ]
    const statuses = async () =>
      Promise.all(named.map(async (path) => (await call('GET', path, token)).status))
    const lengths = async () =>
      Promise.all(
        lists.map(async (path) => {
          const { body } = await call('GET', path, token)
          return (body as { id: string }[]).filter(({ id }) => id === accountId).length
        }),
      )
    expect(await statuses()).toEqual([404, 404, 404, 404])
    expect(await lengths()).toEqual([0, 0, 0, 0])
    for (const act of ['follow', 'block', 'mute'])
      expect((await call('POST', `/api/v1/accounts/${accountId}/${act}`, token)).status).toBe(404)
    await approveApplicant(server.ctx, 'waiting')
    expect(await statuses()).toEqual([200, 200, 200, 200])
    expect(await lengths()).toEqual([1, 1, 1, 1])
  })

  test('somebody is turned away, and nothing of them remains but that they are told', async () => {
    const token = (await ask('hopeless', { reason: 'spam' })).body.access_token
    await rejectApplicant(server.ctx, 'hopeless')
    expect((await call('GET', '/api/v1/emails/check_confirmation', token)).status).toBe(401)
    const { rows } = await sql`select from accounts where username = 'hopeless'`.execute(server.ctx.db)
    expect(rows).toEqual([])
    expect((await ask('hopeless', { reason: 'again' })).status).toBe(200)
  })

  test('who never confirms is forgotten after a week', async () => {
    await ask('silent', { reason: 'x' })
    await forgetUnconfirmed(server.ctx)
    expect(await findApplicant(server.ctx.db, 'silent')).toBeDefined()
    await sql`update users set created_at = now() - interval '8 days'
      where account_id = (select id from accounts where username = 'silent')`.execute(server.ctx.db)
    await forgetUnconfirmed(server.ctx)
    expect(await findApplicant(server.ctx.db, 'silent')).toBeUndefined()
  })
})
