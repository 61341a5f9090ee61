import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findFollowBetween } from '../../src/store/follows.ts'
import { check, checkAll } from '../contract/check.ts'
import { createMember, createStranger, listJobs, type Stranger } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { openApp, type App } from './accounts-kit.ts'

type Json = Record<string, unknown>

let server: TestServer
let [alice, bob, carol] = [] as unknown as [Actor, Actor, Actor]
let zoe: Stranger
let [asAlice, asBob, anybody] = [] as unknown as [App, App, App]

beforeAll(async () => {
  server = await startServer()
  alice = await createMember(server.ctx, 'alice')
  bob = await createMember(server.ctx, 'bob')
  carol = await createMember(server.ctx, 'carol')
  zoe = await createStranger(server.ctx, 'zoe')
  asAlice = await openApp(server, alice)
  asBob = await openApp(server, bob)
  anybody = await openApp(server)
})
afterAll(() => server?.[Symbol.asyncDispose]())

describe('the member', () => {
  test('sees themselves with what they chose', async () => {
    const { status, body } = await asAlice('GET', '/api/v1/accounts/verify_credentials')
    expect(status).toBe(200)
    expect(check('CredentialAccount', body)).toMatchObject({
      id: alice.id,
      acct: 'alice',
      source: { privacy: 'public', sensitive: false, language: null, quote_policy: 'public', fields: [] },
      role: { id: '-99', permissions: '0' },
    })
    expect((await anybody('GET', '/api/v1/accounts/verify_credentials')).status).toBe(401)
  })

  test.each([
    ['a hash', { 0: { name: 'Site', value: 'https://alice.example' }, 1: { name: '', value: '' } }],
    ['an array', [{ name: 'Site', value: 'https://alice.example' }]],
  ])('describes themselves, with fields as %s, and others are told', async (_what, fields_attributes) => {
    const { status, body } = await asAlice('PATCH', '/api/v1/accounts/update_credentials', {
      display_name: 'Alice',
      note: 'Hello',
      locked: 'true',
      bot: true,
      fields_attributes,
      source: { privacy: 'private', sensitive: '1', language: 'de', quote_policy: 'followers' },
    })
    expect(status).toBe(200)
    expect(check('CredentialAccount', body)).toMatchObject({
      display_name: 'Alice',
      locked: true,
      bot: true,
      source: {
        note: 'Hello',
        privacy: 'private',
        sensitive: true,
        language: 'de',
        quote_policy: 'followers',
        fields: [{ name: 'Site', value: 'https://alice.example', verified_at: null }],
      },
    })
    expect(await listJobs(server.ctx.db)).toContainEqual({
      name: 'actor.updated',
      data: { accountId: alice.id },
    })
    await asAlice('PATCH', '/api/v1/accounts/update_credentials', { locked: false, bot: false })
  })

  test.each([
    { display_name: 'x'.repeat(31) },
    { note: 'x'.repeat(501) },
    { fields_attributes: Array.from({ length: 5 }, () => ({ name: 'a', value: 'b' })) },
    { fields_attributes: [{ name: 'x'.repeat(256), value: 'b' }] },
    { source: { privacy: 'direct' } },
  ])('is told what is too much', async (changes) => {
    const before = await asAlice('GET', '/api/v1/accounts/verify_credentials')
    expect((await asAlice('PATCH', '/api/v1/accounts/update_credentials', changes)).status).toBe(422)
    expect((await asAlice('GET', '/api/v1/accounts/verify_credentials')).body).toEqual(before.body)
  })
})

describe('reading', () => {
  test('finds people by id, by many ids and by handle', async () => {
    check('Account', (await anybody('GET', `/api/v1/accounts/${bob.id}`)).body)
    const many = (await anybody('GET', `/api/v1/accounts?id[]=${bob.id}&id[]=${zoe.id}&id[]=1`)).body
    expect(checkAll('Account', many as Json[])).toHaveLength(2)
    const found = await anybody('GET', '/api/v1/accounts/lookup?acct=zoe@away.example')
    expect(found.body).toMatchObject({ id: zoe.id, acct: 'zoe@away.example' })
    for (const path of ['lookup?acct=nobody', 'lookup?acct=who@away.example', '1', 'x'])
      expect((await anybody('GET', `/api/v1/accounts/${path}`)).status).toBe(404)
  })

  test('shows posts as they are meant to be seen, and by kind', async () => {
    const open = await createPost(server.ctx, bob, { text: 'Hello #Tea', visibility: 'public' })
    const kept = await createPost(server.ctx, bob, { text: 'For followers', visibility: 'private' })
    const reply = await createPost(server.ctx, carol, {
      text: 'Yes',
      visibility: 'public',
      inReplyToId: open.id,
    })
    const idsOf = async (app: App, of: Actor, query = '') => {
      const { body } = await app('GET', `/api/v1/accounts/${of.id}/statuses${query}`)
      return checkAll('Status', body as Json[]).map(({ id }) => id)
    }
    expect(await idsOf(anybody, bob)).toEqual([open.id])
    expect(await idsOf(asBob, bob)).toEqual([kept.id, open.id])
    expect(await idsOf(asBob, bob, '?tagged=tea')).toEqual([open.id])
    expect(await idsOf(asBob, bob, '?only_media=true')).toEqual([])
    expect(await idsOf(asBob, bob, `?max_id=${kept.id}`)).toEqual([open.id])
    expect(await idsOf(anybody, carol)).toEqual([reply.id])
    expect(await idsOf(anybody, carol, '?exclude_replies=true')).toEqual([])
  })

  test('keeps from others who follows whom where a member hides it', async () => {
    await followActor(server.ctx, carol, bob)
    const path = `/api/v1/accounts/${bob.id}/followers`
    const before = await anybody('GET', path)
    expect(before.body).toMatchObject([{ id: carol.id }])
    expect(before.headers.get('link')).toContain('rel="next"')
    await asBob('PATCH', '/api/v1/accounts/update_credentials', { hide_collections: true })
    expect((await anybody('GET', `/api/v1/accounts/${bob.id}`)).body).toMatchObject({
      hide_collections: true,
    })
    expect((await anybody('GET', `/api/v1/accounts/${carol.id}`)).body).toMatchObject({
      hide_collections: false,
    })
    const hidden = await asAlice('GET', path)
    expect([hidden.body, hidden.headers.get('link')]).toEqual([[], null])
    expect((await asBob('GET', path)).body).toMatchObject([{ id: carol.id }])
    await asBob('PATCH', '/api/v1/accounts/update_credentials', { hide_collections: false })
  })
})

describe('having to do with others', () => {
  const relate = async (app: App, target: Actor, verb: string, body?: unknown) => {
    const answered = await app('POST', `/api/v1/accounts/${target.id}/${verb}`, body)
    expect([verb, answered.status]).toEqual([verb, 200])
    return check('Relationship', answered.body) as Json
  }

  test('follows, with what is wanted, and takes it back', async () => {
    const path = `/api/v1/accounts/${bob.id}/follow?reblogs=false&notify=true&languages[]=de`
    const { body } = await asAlice('POST', path)
    const wanted = { following: true, showing_reblogs: false, notifying: true, languages: ['de'] }
    expect(check('Relationship', body)).toMatchObject(wanted)
    expect(await relate(asAlice, bob, 'follow')).toMatchObject(wanted)
    expect(await relate(asBob, alice, 'remove_from_followers')).toMatchObject({ followed_by: false })
    await relate(asAlice, bob, 'follow')
    expect(await relate(asAlice, bob, 'unfollow')).toMatchObject({ following: false })
    expect(await relate(asAlice, zoe, 'follow')).toMatchObject({ following: false, requested: true })
    expect(await listJobs(server.ctx.db)).toContainEqual(
      expect.objectContaining({ name: 'follow.requested' }),
    )
  })

  test('answers requests once', async () => {
    await asBob('PATCH', '/api/v1/accounts/update_credentials', { locked: true })
    await relate(asAlice, bob, 'follow')
    const waiting = await asBob('GET', '/api/v1/follow_requests?limit=1')
    expect(checkAll('Account', waiting.body as Json[])).toMatchObject([{ id: alice.id }])
    const { body } = await asBob('POST', `/api/v1/follow_requests/${alice.id}/authorize`)
    expect(check('Relationship', body)).toMatchObject({ followed_by: true, requested_by: false })
    await asBob('POST', `/api/v1/follow_requests/${alice.id}/reject`)
    expect((await findFollowBetween(server.ctx.db, alice.id, bob.id))?.state).toBe('accepted')
    expect((await asBob('POST', `/api/v1/follow_requests/${carol.id}/authorize`)).status).toBe(200)
    expect((await asBob('POST', `/api/v1/follow_requests/${zoe.id}/authorize`)).status).toBe(404)
    await asBob('PATCH', '/api/v1/accounts/update_credentials', { locked: false })
  })

  test('look at whom they block or mute, without what those boost of others', async () => {
    const [erin, finn, gina] = await Promise.all(
      ['erin', 'finn', 'gina'].map(async (name) => createMember(server.ctx, name)),
    )
    const asErin = await openApp(server, erin)
    const say = (by: Actor) => createPost(server.ctx, by, { text: 'Hello', visibility: 'public' })
    const [own, finns, ginas] = [await say(erin!), await say(finn!), await say(gina!)]
    for (const { id } of [own, finns, ginas]) await asErin('POST', `/api/v1/statuses/${id}/reblog`)
    await asErin('POST', `/api/v1/statuses/${own.id}/pin`)
    const seen = async (query = '') => {
      const { body } = await asAlice('GET', `/api/v1/accounts/${erin!.id}/statuses${query}`)
      return (body as Json[]).map(({ id, reblog }) => String((reblog as Json | null)?.['id'] ?? id))
    }
    expect(await seen()).toEqual([ginas.id, finns.id, own.id, own.id])
    await relate(asAlice, finn!, 'mute')
    await relate(asAlice, gina!, 'block')
    expect(await seen()).toEqual([own.id, own.id])
    await relate(asAlice, erin!, 'mute')
    expect(await seen()).toEqual([own.id])
    await relate(asAlice, erin!, 'block')
    expect([await seen(), await seen('?pinned=true')]).toEqual([[own.id], [own.id]])
    await asErin('POST', `/api/v1/accounts/${alice.id}/block`)
    expect([await seen(), await seen('?pinned=true')]).toEqual([[], []])
    for (const act of ['unblock', 'unmute']) await relate(asAlice, erin!, act)
    for (const other of [finn!, gina!])
      for (const act of ['unblock', 'unmute']) await relate(asAlice, other, act)
  })

  test('blocks and mutes, and lists both', async () => {
    expect(await relate(asAlice, carol, 'mute', { duration: 60, notifications: false })).toMatchObject({
      muting: true,
      muting_notifications: false,
      muting_expires_at: expect.any(String) as string,
    })
    const muted = (await asAlice('GET', '/api/v1/mutes')).body as Json[]
    expect(checkAll('Account', muted)).toMatchObject([{ id: carol.id, mute_expires_at: expect.any(String) }])
    expect(await relate(asAlice, carol, 'unmute')).toMatchObject({ muting: false, muting_expires_at: null })
    expect(await relate(asAlice, carol, 'block')).toMatchObject({ blocking: true })
    expect((await asAlice('GET', '/api/v1/blocks')).body).toMatchObject([{ id: carol.id }])
    expect((await asAlice('POST', `/api/v1/accounts/${carol.id}/follow`)).status).toBe(403)
    expect(await relate(asAlice, carol, 'unblock')).toMatchObject({ blocking: false })
  })

  test('notes for themselves, and recommends whom they follow', async () => {
    expect(await relate(asAlice, bob, 'note', { comment: 'From the club' })).toMatchObject({
      note: 'From the club',
    })
    expect(await relate(asAlice, bob, 'note', {})).toMatchObject({ note: '' })
    expect(await relate(asAlice, bob, 'endorse')).toMatchObject({ endorsed: true })
    const shown = await anybody('GET', `/api/v1/accounts/${alice.id}/endorsements`)
    expect(shown.body).toMatchObject([{ id: bob.id }])
    expect(await relate(asAlice, bob, 'unpin')).toMatchObject({ endorsed: false })
    expect((await asAlice('POST', `/api/v1/accounts/${carol.id}/endorse`)).status).toBe(422)
  })

  test('answers relations of one and of many, and who is familiar', async () => {
    const one = await asAlice('GET', `/api/v1/accounts/relationships?id=${bob.id}`)
    expect(checkAll('Relationship', one.body as Json[])).toHaveLength(1)
    const path = `/api/v1/accounts/relationships?id[]=${zoe.id}&id[]=${bob.id}&id[]=9`
    expect((await asAlice('GET', path)).body).toMatchObject([{ id: zoe.id }, { id: bob.id }])
    await followActor(server.ctx, bob, carol)
    const familiar = await asAlice('GET', `/api/v1/accounts/familiar_followers?id=${carol.id}`)
    expect(checkAll('FamiliarFollowers', familiar.body as Json[])).toMatchObject([
      { id: carol.id, accounts: [{ id: bob.id }] },
    ])
  })

  test('blocks a domain, which ends the follows both ways', async () => {
    const ann = await createStranger(server.ctx, 'ann', { domain: 'rude.example' })
    await relate(asAlice, ann, 'follow')
    await followActor(server.ctx, ann, alice)
    const preview = await asAlice('GET', '/api/v1/domain_blocks/preview?domain=rude.example')
    expect(preview.body).toEqual({ following_count: 1, followers_count: 1 })
    const blocked = await asAlice('POST', '/api/v1/domain_blocks', { domain: 'Rude.example' })
    expect([blocked.status, blocked.body]).toEqual([200, {}])
    expect((await asAlice('GET', '/api/v1/domain_blocks')).body).toEqual(['rude.example'])
    const endOf = async (one: Actor, other: Actor) =>
      (await findFollowBetween(server.ctx.db, one.id, other.id)) === undefined
    await until('both follows have ended', async () => (await endOf(alice, ann)) && (await endOf(ann, alice)))
    await asAlice('DELETE', '/api/v1/domain_blocks', { domain: 'rude.example' })
    expect((await asAlice('GET', '/api/v1/domain_blocks')).body).toEqual([])
    for (const domain of ['', 'a b', new URL(server.origin).host])
      expect((await asAlice('POST', '/api/v1/domain_blocks', { domain })).status).toBe(422)
  })

  test('put any number of those whom they follow or ask to on a list, and themselves', async () => {
    const asDora = await openApp(server, await createMember(server.ctx, 'dora'))
    const dora = await getAccount(server.ctx, 'dora')
    const made = (await asDora('POST', '/api/v1/lists?title=Many')).body as Json
    const list = `/api/v1/lists/${String(made['id'])}/accounts`
    const ids = Array.from({ length: 120 }, () => server.ctx.newId())
    await sql`insert into remote_actors (id, is_local, username, domain, type, uri, inbox_id)
      select id, false, 'many' || n, 'many.example', 'Person', 'https://many.example/' || n, ${zoe.inboxId}
      from unnest(${ids}::bigint[]) with ordinality them (id, n)`.execute(server.ctx.db)
    await sql`insert into follows (id, follower_id, target_id, target_uri, state)
      select id, ${dora.id}::bigint, id, 'https://many.example/' || n, case n when 1 then 'pending' else 'accepted' end
      from unnest(${ids}::bigint[]) with ordinality them (id, n)`.execute(server.ctx.db)
    for (const _ of [1, 2])
      expect((await asDora('POST', list, { account_ids: [...ids, dora.id] })).status).toBe(200)
    expect((await asDora('GET', `${list}?limit=0`)).body).toHaveLength(121)
    const many = Array.from({ length: 1001 }, (_, index) => ids[index] ?? server.ctx.newId())
    expect((await asDora('POST', list, { account_ids: many })).status).toBe(404)
    expect((await asDora('DELETE', list, { account_ids: ids })).status).toBe(200)
    expect((await asDora('GET', `${list}?limit=0`)).body).toMatchObject([{ id: dora.id }])
  })

  test('sorts whom they follow on lists that nobody else sees', async () => {
    const made = (await asAlice('POST', '/api/v1/lists?title=Club&replies_policy=none')).body as Json
    expect(check('List', made)).toMatchObject({ title: 'Club', replies_policy: 'none', exclusive: false })
    const list = `/api/v1/lists/${String(made['id'])}`
    const add = (target: Actor) => asAlice('POST', `${list}/accounts`, { account_ids: [target.id] })
    expect([(await add(bob)).status, (await add(bob)).status, (await add(carol)).status]).toEqual([
      200, 200, 404,
    ])
    expect((await asAlice('GET', `${list}/accounts?limit=0`)).body).toMatchObject([{ id: bob.id }])
    expect((await asAlice('GET', `/api/v1/accounts/${bob.id}/lists`)).body).toMatchObject([made])
    expect((await asBob('GET', list)).status).toBe(404)
    expect((await asBob('DELETE', list)).status).toBe(404)
    expect((await asAlice('PUT', list, { title: 'Tea', exclusive: true })).body).toMatchObject({
      title: 'Tea',
      replies_policy: 'none',
      exclusive: true,
    })
    await relate(asAlice, bob, 'unfollow')
    expect((await asAlice('GET', `${list}/accounts`)).body).toEqual([])
    expect((await asAlice('DELETE', list)).body).toEqual({})
    expect((await asAlice('GET', '/api/v1/lists')).body).toEqual([])
  })
})
