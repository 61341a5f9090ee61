import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { indexWords } from '../../../src/domain/search/index-words.ts'
import { searchStatuses } from '../../../src/domain/search/search-statuses.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNoteUpdate } from '../../../src/domain/statuses/receive-note-update.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { storeActor } from '../../../src/federation/remote/store-actor.ts'
import type { ActorDraft, NoteDraft } from '../../../src/domain/drafts.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createMember, createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let [reader, follower] = [] as unknown as [Actor, Actor]
let open: Stranger
let shy: Stranger

beforeAll(async () => {
  world = await createTestContext()
  reader = await createMember(world.ctx, 'reader')
  follower = await createMember(world.ctx, 'follower')
  open = await createStranger(world.ctx, 'open', { indexable: true })
  shy = await createStranger(world.ctx, 'shy', { indexable: false })
  for (const target of [open, shy])
    await sql`insert into follows (id, follower_id, target_id, target_uri, state)
      values (${world.ctx.newId()}, ${follower.id}, ${target.id}, ${target.uri}, 'accepted')`.execute(
      world.ctx.db,
    )
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.ctx.db.deleteFrom('statusWords').execute()
})

let said = 0

async function say(author: Stranger, contentHtml: string, more: Partial<NoteDraft> = {}) {
  const id = `${author.uri}/notes/${++said}`
  const note = draftNote(author, { id, contentHtml, visibility: 'public', published: new Date(), ...more })
  await receiveNote(world.ctx, { note, author, recipientId: null })
  return note
}

const describe = ({ uri, username }: Stranger, indexable: boolean): ActorDraft => ({
  ...{ id: uri, type: 'Person', preferredUsername: username, name: username, summaryHtml: '' },
  ...{ inbox: `${uri}/inbox`, manuallyApprovesFollowers: false, discoverable: true, indexable },
  ...{
    memorial: false,
    suspended: false,
    alsoKnownAs: [],
    fields: [],
    emojis: [],
    publicKeys: [],
    multikeys: [],
  },
})

const search = async (text: string) => {
  const ids = await searchStatuses(world.ctx, reader, text, { limit: 20, offset: 0 })
  const rows = await world.ctx.db
    .selectFrom('statuses')
    .select(['id', 'content'])
    .where('id', 'in', [...ids, '0'])
    .execute()
  return ids.map((id) => rows.find((row) => row.id === id)?.content)
}

test('Finds what is public, by those who want to be found, with whom the reader has nothing to do', async () => {
  await say(open, '<p>Quince <b>jelly</b></p>')
  await say(open, '<p>Quince in private</p>', { visibility: 'private' })
  await say(open, '<p>Quince, quietly</p>', { visibility: 'unlisted' })
  await say(shy, '<p>Quince of the shy</p>')
  expect(await search('quince')).toEqual([])
  await indexWords(world.ctx)
  expect(await search('quince')).toEqual(['<p>Quince <b>jelly</b></p>'])
  expect(await search('quince -jelly')).toEqual([])
  expect(await search('b')).toEqual([])
  const kept = await world.ctx.db.selectFrom('statusWords').select('statusId').execute()
  expect(kept).toHaveLength(1)
})

test('Follows what is edited and taken back', async () => {
  const note = await say(open, '<p>Medlar</p>')
  await indexWords(world.ctx)
  expect(await search('medlar')).toHaveLength(1)
  const edited = { ...note, contentHtml: '<p>Damson</p>', updated: new Date(Date.now() + 1000) }
  await receiveNoteUpdate(world.ctx, { note: edited, author: open, recipientId: null })
  await indexWords(world.ctx)
  expect([await search('medlar'), await search('damson')]).toEqual([[], ['<p>Damson</p>']])
  const status = await findRemoteStatus(world.ctx.db, note.id)
  await receiveNoteDelete(world.ctx, { by: open, uri: note.id })
  expect(await search('damson')).toEqual([])
  const left = world.ctx.db.selectFrom('statusWords').select('statusId').where('statusId', '=', status!.id)
  expect(await left.execute()).toEqual([])
})

test('Finds nothing more of whoever does not want to be found, and what they said before once they do', async () => {
  await say(shy, '<p>Sloe</p>')
  await indexWords(world.ctx)
  expect(await search('sloe')).toEqual([])
  await storeActor(world.ctx, describe(shy, true))
  await indexWords(world.ctx)
  expect(await search('sloe')).toEqual(['<p>Sloe</p>'])
  await storeActor(world.ctx, describe(shy, false))
  expect(await search('sloe')).toEqual([])
})

test('Reads each once, however often it is wanted, and many in batches', async () => {
  for (let index = 0; index < 30; index++) await say(open, `<p>Bullace ${index}</p>`)
  await sql`insert into words_wanted (status_id)
    select status_id from words_wanted cross join generate_series(1, 20)`.execute(world.ctx.db)
  await indexWords(world.ctx)
  expect(await world.ctx.db.selectFrom('wordsWanted').selectAll().execute()).toEqual([])
  expect(await search('bullace')).toHaveLength(20)
  expect(await world.ctx.db.selectFrom('statusWords').select('statusId').execute()).toHaveLength(30)
})

test('Is asked of its index', async () => {
  const plan = await world.ctx.db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx)
    const query = sql`explain (format json) select status_id from status_words
      where words @@ websearch_to_tsquery('simple', 'tea')`
    return query.execute(tx)
  })
  expect(JSON.stringify(plan.rows)).toContain('status_words_words')
})
