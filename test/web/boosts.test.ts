import { afterAll, beforeAll, expect, test } from 'vitest'
import { boostStatus } from '../../src/domain/interactions/boost-status.ts'
import { receiveNote } from '../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../src/store/actors.ts'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { draftNote } from '../support/note-draft.ts'
import { createStranger } from '../support/people.ts'
import { findMarkupProblems } from './check-markup.ts'
import { startSite, type Site } from './site.ts'

let site: Site
let ada: Actor
let bo: Actor

beforeAll(async () => {
  site = await startSite()
  ada = await site.addPerson('ada', { displayName: 'Ada Thorne' })
  bo = await site.addPerson('bo', { displayName: 'Bo' })
})
afterAll(() => site[Symbol.asyncDispose]())

test('A boost stands on the profile and on a page of its own, with who said it, and not on the front page', async () => {
  const post = await site.addPost(ada, 'Low tide at six')
  const { id } = await boostStatus(site.ctx, bo, post)
  for (const path of ['/@bo', `/@bo/${id}`]) {
    const { status, text } = await site.get(path)
    expect(status).toBe(200)
    expect(text).toContain('Boost by Bo of a post by Ada Thorne')
    expect(text).toContain('Low tide at six')
    expect(text).toContain(`href="https://home.example/@ada/${post}"`)
    expect(findMarkupProblems(text)).toEqual([])
  }
  const front = await site.get('/')
  expect(front.text).toContain('Low tide at six')
  expect(front.text).not.toContain('Boost by')
})

test('A boost of somebody elsewhere shows them, as long as they are welcome', async () => {
  const stranger = await createStranger(site.ctx, 'cy', { displayName: 'Cy' })
  const note = draftNote(stranger, { contentHtml: '<p>From afar</p>' })
  await receiveNote(site.ctx, { note, author: stranger, recipientId: bo.id })
  const { id } = await boostStatus(site.ctx, bo, (await findRemoteStatus(site.ctx.db, note.id))!.id)
  expect((await site.get('/@bo')).text).toMatch(/Boost by Bo of a post by Cy[^]*From afar/)
  await site.ctx.db
    .updateTable('remoteActors')
    .set({ suspendedAt: new Date() })
    .where('id', '=', stranger.id)
    .execute()
  expect((await site.get('/@bo')).text).not.toContain('From afar')
  expect((await site.get(`/@bo/${id}`)).status).toBe(404)
})

test("A boost of one's own post for followers is not on any page", async () => {
  const secret = await site.addPost(bo, 'For followers', { visibility: 'private' })
  const { id } = await boostStatus(site.ctx, bo, secret)
  expect((await site.get('/@bo')).text).not.toContain('For followers')
  expect((await site.get(`/@bo/${id}`)).status).toBe(404)
})
