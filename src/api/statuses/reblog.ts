import { z } from 'zod'
import type { Context } from '../../context.ts'
import { loadPostingDefaults } from '../../domain/accounts/posting-defaults.ts'
import { boostStatus } from '../../domain/interactions/boost-status.ts'
import { unboost } from '../../domain/interactions/unboost.ts'
import type { Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { recordNotFound } from '../errors.ts'
import { read } from '../input.ts'
import type { Call } from '../route.ts'
import { answerOriginal } from './status-answer.ts'

const visibility = z.preprocess(
  (value) => (value === null || value === '' ? undefined : value),
  z.enum(['public', 'unlisted', 'private']).optional(),
)

/**
 * https://docs.joinmastodon.org/methods/statuses/#boost: answers the boost, which has what is boosted in it. It is for
 * whom the member's posts are for, unless the request says otherwise.
 */
export async function reblog(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const given = read(input, { visibility }).visibility
  const audience = given ?? (await loadPostingDefaults(ctx, viewer.id)).visibility
  const boost = await boostStatus(ctx, viewer, params['id'] ?? '', audience)
  return loadAndPresentStatus(ctx, viewer, boost)
}

/** Answers what was boosted. */
export async function unreblog(ctx: Context, { params, viewer }: Call<Actor>) {
  const named = await findStatus(ctx.db, params['id'] ?? '')
  if (named === undefined) throw recordNotFound()
  await unboost(ctx, viewer, named.id)
  return answerOriginal(ctx, viewer, named)
}
