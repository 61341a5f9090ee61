import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { receiveNoteDelete } from '../../../src/domain/statuses/receive-note-delete.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import { findRemoteStatus } from '../../../src/store/statuses.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { createStranger, type Stranger } from '../../support/people.ts'

let world: TestContext
let ctx: Context
beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
})
afterAll(() => world.close())

const take = (by: Stranger, name: string) => receiveNoteDelete(ctx, { uri: `${by.uri}/${name}`, by })
const keep = (author: Stranger, name: string) =>
  receiveNote(ctx, {
    note: draftNote(author, { id: `${author.uri}/${name}` }),
    author,
    recipientId: null,
    wanted: true,
  })

test('Of what never was here 10,000 ids are remembered for each host, and what was here always goes', async () => {
  const bob = await createStranger(ctx, 'bob')
  const ann = await createStranger(ctx, 'ann', { domain: 'other.example' })
  await keep(bob, 'here')
  await sql`
    insert into remote_tombstones (uri, actor_uri, unknown_host)
    select ${`${bob.uri}/many/`} || i, ${bob.uri}, 'away.example' from generate_series(1, 9999) i`.execute(
    ctx.db,
  )
  expect(await take(bob, 'last')).toBe('buried')
  expect(await take(bob, 'more')).toBe('ignored')
  expect(await keep(bob, 'last')).toBe('buried')
  expect(await keep(bob, 'more')).toBe('stored')
  expect(await take(bob, 'here')).toBe('buried')
  expect(await findRemoteStatus(ctx.db, `${bob.uri}/here`)).toBeUndefined()
  expect(await keep(bob, 'here')).toBe('buried')
  expect(await take(ann, 'first')).toBe('buried')
})
