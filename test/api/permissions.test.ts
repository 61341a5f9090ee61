import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize } from '../../src/api/auth.ts'
import type { Route } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes.ts'
import { streamOf } from '../../src/api/streaming/sse.ts'
import { scopesOf } from '../../src/api/streaming/streams.ts'
import { grantToken } from '../../src/domain/auth/grant-token.ts'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { knownScopes, opens } from '../../src/domain/auth/scopes.ts'
import type { Actor } from '../../src/store/actors.ts'
import { revokeTokensOf } from '../../src/store/tokens.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'

type Line = { readonly name: string; readonly method: string; readonly path: string; readonly route: Route }

const lines: readonly Line[] = routes.flatMap((route) =>
  [route.method]
    .flat()
    .map((method) => ({ name: `${method} ${route.path}`, method, path: route.path, route })),
)
const closed = lines.filter(({ route }) => route.access !== 'anybody')
const forMembers = lines.filter(({ route }) => route.access === 'member')
/** All but where nobody looks at a token: whoever comes there may want another. */
const guarded = lines.filter(({ route }) => !(route.access === 'anybody' && route.ignoresToken === true))
const scoped = lines.filter(({ route }) => route.scopes.length > 0)

/** Whoever asks for these without a token proves otherwise who they are, or need not. */
const openToWrite = ['POST /api/v1/apps', 'POST /oauth/token', 'POST /oauth/revoke']

/** As in Mastodon, a token that reads may do these: they change nothing. */
const writtenByReaders = ['POST /oauth/userinfo']

let server: TestServer
let alice: Actor
let bob: Actor
let requests = 0

beforeAll(async () => {
  server = await startServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
  alice = await createMember(server.ctx, 'alice')
  bob = await createMember(server.ctx, 'bob')
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** From an address of its own each time, so that what counts requests lets all of them through. */
async function ask({ method, path }: Line, token?: string): Promise<[number, string]> {
  const from = `198.18.${Math.floor(requests / 250)}.${(requests++ % 250) + 1}`
  const response = await fetch(server.origin + path.replaceAll(/:\w+/g, '1'), {
    method,
    headers: { 'x-forwarded-for': from, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  })
  const body = (await response.json()) as { error?: string }
  return [response.status, body.error ?? '']
}

/** @returns the lines that are answered otherwise, with how they are */
async function findOthers(
  asked: readonly Line[],
  expected: readonly [number, string],
  tokenFor: (line: Line, index: number) => Promise<string | undefined> | string | undefined,
): Promise<unknown[]> {
  const others: unknown[] = []
  for (const [index, line] of asked.entries()) {
    const [status, error] = await ask(line, await tokenFor(line, index))
    if (status !== expected[0] || error !== expected[1]) others.push([line.name, status, error])
  }
  return others
}

const everything = (account: Actor) => issueToken(server.ctx, account.id, knownScopes)

const invalid = [401, 'The access token is invalid'] as const
const disabled = [403, 'Your login is currently disabled'] as const

describe('Every line of the table of routes', () => {
  test('stands there once', () => {
    const names = lines.map(({ name }) => name.replaceAll(/:\w+/g, ':'))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(lines.length).toBeGreaterThan(15)
  })

  test('that changes something is for those with a token, but for a few that are known', () => {
    const open = lines.filter(({ method, route }) => route.access === 'anybody' && method !== 'GET')
    expect(open.map(({ name }) => name).sort((a, b) => a.localeCompare(b))).toEqual(
      [...openToWrite].sort((a, b) => a.localeCompare(b)),
    )
  })

  test('that changes something needs a scope that says so', () => {
    const writing = ['write', 'follow', 'push', 'profile']
    const lax = forMembers.filter(
      ({ method, route }) =>
        method !== 'GET' && !route.scopes.every((scope) => writing.some((word) => scope.startsWith(word))),
    )
    expect(lax.map(({ name }) => name).filter((name) => !writtenByReaders.includes(name))).toEqual([])
  })

  test('is closed to those without a token, unless it is open to anybody', async () => {
    expect(await findOthers(closed, invalid, () => undefined)).toEqual([])
  })

  test('is closed to those with a token that was never given, or was taken back', async () => {
    expect(await findOthers(guarded, invalid, () => 'never-given')).toEqual([])
    const token = await everything(bob)
    await server.ctx.db.transaction().execute((tx) => revokeTokensOf(tx, bob.id, server.ctx.now()))
    expect(await findOthers(guarded, invalid, () => token)).toEqual([])
  })

  test('that does not look at tokens is one that nobody needs one for', () => {
    const unguarded = lines.filter((line) => !guarded.includes(line))
    expect(unguarded.map(({ name }) => name)).toEqual(openToWrite)
  })

  test('is opened by each of its scopes alone', () => {
    for (const { name, route } of scoped) {
      for (const scope of route.scopes) {
        const token = { id: '1', appId: null, accountId: alice.id, scopes: [scope] }
        expect(() => authorize(route, { token, viewer: alice }), name).not.toThrow()
      }
    }
  })

  test('is closed to a token that has every scope but those', async () => {
    const outside = [403, 'This action is outside the authorized scopes'] as const
    const without = ({ route }: Line, index: number): Promise<string> => {
      const others = knownScopes.filter((held) => !route.scopes.some((needed) => opens([held], needed)))
      return issueToken(server.ctx, (index % 2 === 0 ? alice : bob).id, others)
    }
    expect(await findOthers(scoped, outside, without)).toEqual([])
  })

  test('that is for a member is closed to an app that acts for nobody', async () => {
    const token = await grantToken(server.ctx, { appId: null, accountId: null, scopes: knownScopes })
    const nobody = [422, 'This method requires an authenticated user'] as const
    expect(await findOthers(forMembers, nobody, () => token.accessToken)).toEqual([])
  })
})

describe('A member who may not act', () => {
  async function change(
    name: string,
    column: 'disabled_at' | 'confirmed_at' | 'approved_at',
    value: Date | null,
  ) {
    const member = await createMember(server.ctx, name)
    await sql`update users set ${sql.ref(column)} = ${value} where account_id = ${member.id}`.execute(
      server.ctx.db,
    )
    return everything(member)
  }

  const waiting = guarded.filter(
    ({ route }) => route.access !== 'member' || route.evenWhen?.includes('unconfirmed') !== true,
  )

  test('can do nothing while suspended', async () => {
    const member = await createMember(server.ctx, 'suspended')
    const token = await everything(member)
    await sql`update accounts set suspended_at = now() where id = ${member.id}`.execute(server.ctx.db)
    expect(await findOthers(guarded, disabled, () => token)).toEqual([])
  })

  test('can do nothing while disabled', async () => {
    const token = await change('disabled', 'disabled_at', new Date())
    expect(await findOthers(guarded, disabled, () => token)).toEqual([])
  })

  test('can do nothing once deleted', async () => {
    const member = await createMember(server.ctx, 'deleted')
    const token = await everything(member)
    await sql`update accounts set deleted_at = now() where id = ${member.id}`.execute(server.ctx.db)
    expect(await findOthers(guarded, invalid, () => token)).toEqual([])
  })

  test('can do what leads to it, and no more, until their address is confirmed and they are let in', async () => {
    const unconfirmed = await change('unconfirmed', 'confirmed_at', null)
    const missing = [403, 'Your login is missing a confirmed e-mail address'] as const
    expect(await findOthers(waiting, missing, () => unconfirmed)).toEqual([])
    const unapproved = await change('unapproved', 'approved_at', null)
    const pending = [403, 'Your login is currently pending approval'] as const
    expect(await findOthers(waiting, pending, () => unapproved)).toEqual([])
  })

  test('reads and puts things in order, but writes nothing, after moving away', async () => {
    const member = await createMember(server.ctx, 'moved')
    const token = await everything(member)
    const to = 'https://away.example/users/moved'
    await sql`update accounts set moved_to = ${to} where id = ${member.id}`.execute(server.ctx.db)
    const writing = forMembers.filter(
      ({ method, route }) =>
        method !== 'GET' &&
        route.scopes.some((scope) => scope.startsWith('write') || scope === 'follow') &&
        !(route.access === 'member' && route.evenWhen?.includes('moved')),
    )
    const away = [403, `This account has moved to ${to} and cannot do this from here`] as const
    expect(await findOthers(writing, away, () => token)).toEqual([])
    const reading = lines.find(({ path }) => path === '/api/v1/preferences')!
    expect((await ask(reading, token))[0]).toBe(200)
  })
})

describe('Every stream of events', () => {
  const streams = Object.entries(streamOf).map(([path, name]) => {
    const at = `/api/v1/streaming/${path}?tag=a&list=1`
    return {
      line: { name: at, method: 'GET', path: at, route: routes[0]! } satisfies Line,
      scopes: scopesOf(name),
    }
  })
  const asked = streams.map(({ line }) => line)

  test('is for those with a token that holds', async () => {
    expect(asked).toHaveLength(9)
    expect(await findOthers(asked, [401, 'Missing access token'], () => undefined)).toEqual([])
    expect(await findOthers(asked, invalid, () => 'never-given')).toEqual([])
    const carol = await createMember(server.ctx, 'carol')
    const token = await everything(carol)
    await server.ctx.db.transaction().execute((tx) => revokeTokensOf(tx, carol.id, server.ctx.now()))
    expect(await findOthers(asked, invalid, () => token)).toEqual([])
  })

  test('is closed to a token that has every scope but those', async () => {
    const outside = [401, 'Access token does not have the required scopes'] as const
    const without = (_: Line, index: number) => {
      const others = knownScopes.filter(
        (held) => !streams[index]!.scopes.some((needed) => opens([held], needed)),
      )
      return issueToken(server.ctx, alice.id, others)
    }
    expect(await findOthers(asked, outside, without)).toEqual([])
  })

  test('is opened by each of its scopes alone', async () => {
    for (const { line, scopes } of streams) {
      for (const scope of scopes) {
        const token = await issueToken(server.ctx, bob.id, [scope])
        const leaving = new AbortController()
        const headers = { authorization: `Bearer ${token}` }
        const { status } = await fetch(server.origin + line.path, { headers, signal: leaving.signal })
        leaving.abort()
        expect([line.name, status]).toEqual([line.name, line.path.includes('/list') ? 404 : 200])
      }
    }
  })

  test('is closed to an app that acts for nobody, and to those who may not act', async () => {
    const app = await grantToken(server.ctx, { appId: null, accountId: null, scopes: knownScopes })
    const nobody = [401, 'Access token is of no member'] as const
    expect(await findOthers(asked, nobody, () => app.accessToken)).toEqual([])
    const dave = await createMember(server.ctx, 'dave')
    const token = await everything(dave)
    await sql`update accounts set suspended_at = now() where id = ${dave.id}`.execute(server.ctx.db)
    expect(await findOthers(asked, disabled, () => token)).toEqual([])
  })
})

test('What is not in the table is not there, whatever token is shown', async () => {
  const token = await everything(alice)
  for (const path of [
    '/api',
    '/api/v1',
    '/api/v1/admin/accounts',
    '/api/v3/instance',
    '/oauth/token/introspect',
  ]) {
    const line: Line = { name: path, method: 'GET', path, route: routes[0]! }
    expect(await ask(line, token)).toEqual([404, 'Record not found'])
  }
})
