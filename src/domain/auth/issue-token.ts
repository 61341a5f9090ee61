import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { grantToken } from './grant-token.ts'
import { knownScopes } from './scopes.ts'

/**
 * A bearer token for the client API, shown this once: only its digest is kept.
 * @throws DomainError `invalid` for a scope that does not exist, or none at all
 */
export async function issueToken(
  ctx: Context,
  accountId: string,
  scopes: readonly string[],
): Promise<string> {
  const unknown = scopes.filter((scope) => !knownScopes.includes(scope))
  if (unknown.length > 0) throw new DomainError('invalid', `There is no scope ${unknown.join(', ')}.`)
  if (scopes.length === 0) throw new DomainError('invalid', 'A token needs at least one scope.')
  return (await grantToken(ctx, { appId: null, accountId, scopes })).accessToken
}
