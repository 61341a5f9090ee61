import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { digestToken } from '../../../src/domain/auth/digest-token.ts'
import { endAllAccess } from '../../../src/domain/auth/end-all-access.ts'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import { resumeSession } from '../../../src/domain/auth/sessions.ts'
import { signIn } from '../../../src/domain/auth/sign-in.ts'
import { findTokenByDigest } from '../../../src/store/tokens.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'

let context: TestContext

beforeAll(async () => {
  context = await createTestContext()
})
afterAll(() => context.close())

test('One member is signed out of every browser and every app, and nobody else is', async () => {
  const { ctx } = context
  const access = async (name: string) => {
    const member = await createMember(ctx, name)
    const asked = { login: name, password: 'correct horse', userAgent: 'Test', former: undefined }
    return { member, session: await signIn(ctx, asked), token: await issueToken(ctx, member.id, ['read']) }
  }
  const [alice, bob] = [await access('alice'), await access('bob')]
  await transact(ctx, (tx) => endAllAccess(tx, alice.member.id))
  expect(await resumeSession(ctx, alice.session)).toBeUndefined()
  expect(await findTokenByDigest(ctx.db, digestToken(alice.token))).toBeUndefined()
  expect(await resumeSession(ctx, bob.session)).toMatchObject({ actor: { username: 'bob' } })
  expect(await findTokenByDigest(ctx.db, digestToken(bob.token))).toMatchObject({ accountId: bob.member.id })
})
