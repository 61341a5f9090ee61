import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findMoveState } from '../../store/moves.ts'

/**
 * Whether somebody elsewhere of whom another claims that they moved says so: by their own document, asked for now, or,
 * when their server does not answer, by the last that we had of it. What we made of an earlier move is not their word.
 * @param actor as we have them
 */
export async function saysMoved(
  ctx: Context,
  { id, uri, movedTo }: Actor,
  targetUri: string,
): Promise<boolean> {
  if (uri === null) return false
  const asked = await ctx.remote.refreshActor(uri)
  if (typeof asked !== 'string') return asked.movedTo === targetUri
  if (asked !== 'unavailable' && asked !== 'missing') return false
  const state = await findMoveState(ctx.db, id)
  return movedTo === targetUri && state?.movedToId == null
}
