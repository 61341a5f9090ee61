import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())
const alice = await createMember(ctx, 'alice')

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
