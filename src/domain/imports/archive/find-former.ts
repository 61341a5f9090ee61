import type { Actor } from '../../../store/actors.ts'

/** Whose a file may be that does not say it: named with it, or the one account that the member says was theirs. */
export function findFormer(account: Pick<Actor, 'alsoKnownAs'>, named: string | null): string | undefined {
  if (named !== null) return named
  const [only, ...more] = account.alsoKnownAs
  return more.length === 0 ? only : undefined
}
