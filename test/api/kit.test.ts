import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../src/domain/auth/issue-token.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { findKit } from '../../src/store/kits.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { openKit } from '../support/open-kit.ts'
import { startServer, type TestServer } from '../support/server.ts'

const passphrase = 'a phrase that nobody guesses'
const password = 'correct horse'
const kit = '/api/holdfast/v1/kit'

let server: TestServer
let alice: ApiMember
let bob: ApiMember

beforeAll(async () => {
  server = await startServer()
  ;[alice, bob] = await Promise.all([signUp(server, 'alice'), signUp(server, 'bob')])
  await createPost(server.ctx, alice.actor, { text: 'Hello', visibility: 'public' })
})
afterAll(() => server?.[Symbol.asyncDispose]())

const statusOf = async (member: ApiMember, path: string, input: object) =>
  (await member.call('POST', path, input)).status

describe('A recovery kit by the API', () => {
  test('is not there until it is made, and tells how old it is then', async () => {
    expect((await alice.call('GET', kit)).status).toBe(404)
    const made = await alice.post(kit, { password, passphrase })
    expect(made).toMatchObject({ refreshed_at: null, standby: null, with_key: false, destinations: [] })
    expect(made.missing).toEqual({ followers: 0, follows: 0, posts: 1 })
    expect((await bob.call('GET', kit)).status).toBe(404)
  })

  test('needs the password for everything but to look at', async () => {
    for (const given of [{}, { password: 'wrong' }]) {
      expect(await statusOf(bob, kit, { passphrase, ...given })).toBe(403)
      expect(await statusOf(alice, `${kit}/copy`, given)).toBe(403)
    }
    expect(await findKit(server.ctx.db, bob.actor.id)).toBeUndefined()
    expect(await findKit(server.ctx.db, alice.actor.id)).toMatchObject({ refreshedAt: null })
  })

  test('is handed out whole, and noted as the last copy then', async () => {
    const token = await issueToken(server.ctx, alice.actor.id, ['write:accounts'])
    const response = await fetch(`${server.origin}${kit}/copy`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    })
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="alice-localhost[\w.-]*\.kit"$/,
    )
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const { items, owner } = await openKit(await response.text(), passphrase)
    expect(owner.actor).toBe(`${server.origin}/users/alice`)
    expect(items['posts']).toHaveLength(1)
    const shown = await alice.get(kit)
    expect(shown).toMatchObject({ contents: { posts: 1 }, missing: { followers: 0, posts: 0 } })
    expect(Date.parse(shown.refreshed_at)).toBeGreaterThanOrEqual(Date.parse(shown.created_at))
  })

  test('is changed without a passphrase, and refuses what is none', async () => {
    const changed = await alice.post(kit, { password, with_media: true, with_key: true })
    expect(changed).toMatchObject({ with_key: true, with_media: true })
    expect(await statusOf(alice, kit, { password, passphrase: 'short' })).toBe(422)
    expect(await statusOf(bob, kit, { password, with_media: true })).toBe(404)
    expect((await nobody(server).call('GET', kit)).status).toBe(401)
  })
})
