import { expect, test } from 'vitest'
import {
  announce,
  changeAnnouncement,
  withdrawAnnouncement,
} from '../../src/domain/announcements/announce.ts'
import { presentAnnouncementForAll } from '../../src/api/streaming/announcements.ts'
import { check, checkAll } from '../contract/check.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer } from '../support/server.ts'
import { use } from '../support/use.ts'

const server = await use(startServer())
const alice = await signUp(server, 'alice')
const bob = await signUp(server, 'bob')

const path = '/api/v1/announcements'
const list = async (who: ApiMember) => checkAll('Announcement', await who.get(path)) as any[]
const react = (who: ApiMember, id: string, name: string, method: 'PUT' | 'DELETE' = 'PUT') =>
  who.call(method, `${path}/${id}/reactions/${encodeURIComponent(name)}`)

test('Everybody is told, and each dismisses it for themselves', async () => {
  const { ctx } = server
  const id = await announce(ctx, { content: 'A <party> for #cats' })
  expect(await list(bob)).toMatchObject([
    {
      id,
      read: false,
      all_day: false,
      starts_at: null,
      ends_at: null,
      tags: [{ name: 'cats' }],
      reactions: [],
    },
  ])
  expect((await list(bob))[0].content).toContain('A &#60;party&#62; for <a')
  for (const _again of [1, 2]) expect(await alice.post(`${path}/${id}/dismiss`)).toEqual({})
  expect([(await list(alice))[0].read, (await list(bob))[0].read]).toEqual([true, false])
  expect((await alice.call('POST', `${path}/1/dismiss`)).status).toBe(404)
  expect(check('Announcement', JSON.parse((await presentAnnouncementForAll(ctx, id))!))).not.toHaveProperty(
    'read',
  )
  await withdrawAnnouncement(ctx, id)
  expect(await list(bob)).toEqual([])
  await expect(withdrawAnnouncement(ctx, id)).rejects.toMatchObject({ code: 'not_found' })
})

test('What is over is shown no more', async () => {
  const { ctx } = server
  const later = new Date(Date.now() + 3600_000)
  const id = await announce(ctx, { content: 'Soon', startsAt: ctx.now(), endsAt: later, allDay: true })
  expect(await list(bob)).toMatchObject([{ id, all_day: true, ends_at: later.toISOString() }])
  await changeAnnouncement(ctx, id, { content: 'Done', startsAt: null, endsAt: new Date(Date.now() - 1000) })
  expect(await list(bob)).toEqual([])
  expect((await alice.call('POST', `${path}/${id}/dismiss`)).status).toBe(404)
  expect((await react(alice, id, '😀')).status).toBe(404)
  const backwards = { content: 'x', startsAt: later, endsAt: new Date() }
  await expect(announce(ctx, backwards)).rejects.toMatchObject({ code: 'invalid' })
  await expect(announce(ctx, { content: ' ' })).rejects.toMatchObject({ code: 'invalid' })
})

test('Reactions are counted once a member, of few kinds, and taken back', async () => {
  const id = await announce(server.ctx, { content: 'React' })
  for (const who of [alice, alice, bob]) expect((await react(who, id, '😀')).body).toEqual({})
  expect((await list(bob))[0].reactions).toEqual([{ name: '😀', count: 2, me: true }])
  for (const wrong of ['word', '😀😀', 'nosuchcode']) expect((await react(alice, id, wrong)).status).toBe(422)
  const kinds = ['😁', '😂', '😃', '😄', '😅', '😆', '😉']
  for (const kind of kinds) expect((await react(alice, id, kind)).status).toBe(200)
  expect((await react(alice, id, '😎')).status).toBe(422)
  expect((await react(bob, id, '😁')).status).toBe(200)
  expect((await react(bob, id, '😀', 'DELETE')).body).toEqual({})
  expect((await react(bob, id, '😀', 'DELETE')).status).toBe(200)
  expect((await list(bob))[0].reactions[0]).toEqual({ name: '😀', count: 1, me: false })
})
