import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let alice: Actor

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  alice = await createMember(ctx, 'alice')
})
afterAll(() => world.close())

test('Of a token only its digest is kept, with what it allows', async () => {
  const token = await issueToken(ctx, alice.id, ['read', 'write'])
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  const rows = await ctx.db
    .selectFrom('accessTokens')
    .select(['accountId', 'tokenDigest', 'scopes'])
    .execute()
  const tokenDigest = createHash('sha256').update(token).digest()
  expect(rows).toEqual([{ accountId: alice.id, tokenDigest, scopes: ['read', 'write'] }])
  const dump = await sql<{ text: string }>`select access_tokens::text as text from access_tokens`.execute(
    ctx.db,
  )
  expect(dump.rows.map((row) => row.text).join()).not.toContain(token)
})

test('There is no token without a scope, or with one that does not exist', async () => {
  await expect(issueToken(ctx, alice.id, ['read', 'fly'])).rejects.toMatchObject({
    code: 'invalid',
    message: 'There is no scope fly.',
  })
  await expect(issueToken(ctx, alice.id, [])).rejects.toMatchObject({ code: 'invalid' })
})
