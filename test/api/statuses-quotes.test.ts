import { expect, test } from 'vitest'
import { blockActor } from '../../src/domain/moderation/block-actor.ts'
import { listJobs } from '../support/people.ts'
import { nobody, signUp, type ApiMember } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { check, checkAll } from '../contract/check.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')
const carol = await signUp(server, 'carol')

const say = (by: ApiMember, status: string, more: object = {}) =>
  by.post('/api/v1/statuses', { status, ...more })

test('A quote shows what it quotes, and that is counted and listed', async () => {
  const quoted = await say(alice, 'Original')
  const quoting = await say(bob, 'Look', { quoted_status_id: quoted.id })
  check('AuthenticatedStatus', quoting)
  expect(quoting.quote).toMatchObject({ state: 'accepted', quoted_status: { id: quoted.id, quote: null } })
  check('AuthenticatedStatus', { ...quoting.quote.quoted_status, filtered: [] })
  const again = await say(carol, 'Look who looks', { quoted_status_id: quoting.id })
  expect(again.quote.quoted_status.quote).toEqual({ state: 'accepted', quoted_status_id: quoted.id })
  expect((await alice.get(`/api/v1/statuses/${quoted.id}`)).quotes_count).toBe(1)
  const list = await alice.call('GET', `/api/v1/statuses/${quoted.id}/quotes`)
  expect(checkAll('AuthenticatedStatus', list.body).map((status: any) => status.id)).toEqual([quoting.id])
})

test('A quote may say nothing of its own, also when it is edited', async () => {
  const quoted = await say(alice, 'Original')
  const quoting = check('AuthenticatedStatus', await say(bob, '', { quoted_status_id: quoted.id }))
  expect(quoting).toMatchObject({ content: '', quote: { quoted_status: { id: quoted.id } } })
  const path = `/api/v1/statuses/${quoting.id}`
  const edited = await bob.call('PUT', path, { status: 'Look' })
  expect(edited.body.content).toBe('<p>Look</p>')
  const emptied = await bob.call('PUT', path, { status: '' })
  expect([emptied.status, emptied.body.content]).toEqual([200, ''])
  expect((await bob.call('PUT', `/api/v1/statuses/${(await say(bob, 'x')).id}`, { status: '' })).status).toBe(
    422,
  )
})

test('What quotes a post is listed under the id of its boost, too', async () => {
  const quoted = await say(alice, 'Original')
  const quoting = await say(bob, 'Look', { quoted_status_id: quoted.id })
  const boost = await alice.post(`/api/v1/statuses/${quoted.id}/reblog`)
  const list = await alice.get(`/api/v1/statuses/${boost.id}/quotes`)
  expect(list.map(({ id }: any) => id)).toEqual([quoting.id])
})

test('What is quoted is marked by filters, and so is what quotes it by itself', async () => {
  const dora = await signUp(server, 'dora_filters')
  await dora.post('/api/v2/filters', {
    ...{ title: 'Sea', context: ['home'], keywords_attributes: [{ keyword: 'eel' }] },
  })
  const quoted = await say(alice, 'An eel')
  const quoting = await say(bob, 'Look', { quoted_status_id: quoted.id })
  const boost = await carol.post(`/api/v1/statuses/${quoting.id}/reblog`)
  const words = (status: any) => status.filtered.flatMap((result: any) => result.keyword_matches)
  for (const id of [quoting.id, boost.id]) {
    const seen = check('AuthenticatedStatus', await dora.get(`/api/v1/statuses/${id}`))
    const shown = seen.reblog ?? seen
    expect([words(seen), words(shown), words(shown.quote.quoted_status)]).toEqual([[], [], ['eel']])
  }
  const own = (await alice.get(`/api/v1/statuses/${quoting.id}`)).quote.quoted_status
  expect(own.filtered).toEqual([])
})

test('An edit that says who may quote it, too, is told once', async () => {
  const { id } = await say(alice, 'Quote me')
  const told = async () =>
    (await listJobs(server.ctx.db)).filter(
      ({ name, data }) => name === 'status.updated' && (data as { statusId: string }).statusId === id,
    ).length
  const edit = (status: string, quote_approval_policy: string) =>
    alice.call('PUT', `/api/v1/statuses/${id}`, { status, quote_approval_policy })
  const both = await edit('Do not', 'nobody')
  expect(both.body).toMatchObject({ content: '<p>Do not</p>', quote_approval: { automatic: [] } })
  expect(await told()).toBe(1)
  const policyAlone = await edit('Do not', 'followers')
  expect(policyAlone.body.quote_approval.automatic).toEqual(['followers'])
  expect([policyAlone.body.edited_at, await told()]).toEqual([both.body.edited_at, 2])
  await edit('Do not', 'followers')
  expect(await told()).toBe(2)
  const refused = await edit('x'.repeat(5001), 'public')
  expect(refused.status).toBe(422)
  expect((await alice.get(`/api/v1/statuses/${id}`)).quote_approval.automatic).toEqual(['followers'])
})

test('The author of what is quoted takes it back, and nobody else does', async () => {
  const quoted = await say(alice, 'Mine')
  const quoting = await say(bob, 'Look', { quoted_status_id: quoted.id })
  const path = `/api/v1/statuses/${quoted.id}/quotes/${quoting.id}/revoke`
  expect((await carol.call('POST', path)).status).toBe(404)
  const revoked = check('AuthenticatedStatus', await alice.post(path))
  expect([revoked.id, revoked.quote]).toEqual([quoting.id, { state: 'revoked', quoted_status: null }])
  expect((await nobody(server).get(`/api/v1/statuses/${quoting.id}`)).quote.quoted_status).toBeNull()
  expect((await alice.call('POST', path)).status).toBe(404)
})

test('A quote says why what it quotes is not shown', async () => {
  const quoted = await say(alice, 'Original')
  const { id } = await say(bob, 'Look', { quoted_status_id: quoted.id })
  const quoteFor = async (who: ApiMember) => (await who.get(`/api/v1/statuses/${id}`)).quote
  await blockActor(server.ctx, carol.actor, alice.actor)
  expect(await quoteFor(carol)).toEqual({ state: 'blocked_account', quoted_status: null })
  await alice.call('DELETE', `/api/v1/statuses/${quoted.id}`)
  expect(await quoteFor(bob)).toEqual({ state: 'deleted', quoted_status: null })
})

test('A post says who may quote it, and its author changes that', async () => {
  const open = await say(alice, 'For all')
  expect(open.quote_approval).toEqual({ automatic: ['public'], manual: [], current_user: 'automatic' })
  const closed = await say(alice, 'For none', { quote_approval_policy: 'nobody' })
  const seen = await bob.get(`/api/v1/statuses/${closed.id}`)
  expect(seen.quote_approval).toEqual({ automatic: [], manual: [], current_user: 'denied' })
  const refused = await bob.call('POST', '/api/v1/statuses', { status: 'Look', quoted_status_id: closed.id })
  expect(refused.status).toBe(403)
  const path = `/api/v1/statuses/${closed.id}/interaction_policy`
  expect((await bob.call('PUT', path, { quote_approval_policy: 'public' })).status).toBe(404)
  const changed = await alice.call('PUT', path, { quote_approval_policy: 'followers' })
  check('AuthenticatedStatus', changed.body)
  expect(changed.body.quote_approval.automatic).toEqual(['followers'])
  expect((await bob.get(`/api/v1/statuses/${closed.id}`)).quote_approval.current_user).toBe('denied')
  expect((await alice.call('PUT', path, { quote_approval_policy: 'friends' })).status).toBe(422)
})
