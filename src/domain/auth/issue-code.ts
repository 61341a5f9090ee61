import type { Context } from '../../context.ts'
import { insertCode } from '../../store/codes.ts'
import type { Client } from './check-authorization.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'

/** The member said yes: the app may fetch its token with this, once and within ten minutes. */
export async function issueCode(
  ctx: Context,
  { app, redirectUri }: Client,
  granted: { accountId: string; scopes: readonly string[]; challenge: string | null },
): Promise<string> {
  const code = newSecret()
  const { accountId, challenge } = granted
  await insertCode(ctx.db, {
    codeDigest: digestToken(code),
    appId: app.id,
    accountId,
    redirectUri,
    scopes: [...granted.scopes],
    challenge,
    createdAt: ctx.now(),
  })
  return code
}
