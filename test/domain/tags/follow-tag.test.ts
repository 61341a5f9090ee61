import { expect, test } from 'vitest'
import { sql } from 'kysely'
import { followTag } from '../../../src/domain/tags/follow-tag.ts'
import { countTagFollows } from '../../../src/store/tag-follows.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'

test('There is an end to how many hashtags somebody follows, and those that they have may be followed again', async () => {
  await using world = await createTestContext()
  const { ctx } = world
  const alice = await createMember(ctx, 'alice')
  await sql`insert into tag_follows (account_id, tag)
    select ${alice.id}::bigint, 'tag' || n from generate_series(1, 499) n`.execute(ctx.db)
  const both = await Promise.allSettled(['seaweed', 'kelp'].map((tag) => followTag(ctx, alice, tag)))
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(followTag(ctx, alice, 'another')).rejects.toMatchObject({
    code: 'invalid',
    message: 'Validation failed: an account follows at most 500 hashtags',
  })
  expect(await followTag(ctx, alice, 'tag7')).toBe('tag7')
  expect(await countTagFollows(ctx.db, alice.id)).toBe(500)
})
