import { z } from 'zod'
import type { Context } from '../../context.ts'
import { statusUri } from '../../domain/accounts/addresses.ts'
import { changeQuotePolicy } from '../../domain/quotes/change-quote-policy.ts'
import { quotePolicies } from '../../domain/quotes/quote-policy.ts'
import { revokeQuote } from '../../domain/quotes/revoke-quote.ts'
import { requireOwn } from '../../domain/statuses/edit-post.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { listQuotingIds } from '../../store/doings.ts'
import { findStatus } from '../../store/statuses.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import { recordNotFound } from '../errors.ts'
import { read } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'
import { getNamedStatus, presentByIds } from './status-answer.ts'
import { validated } from './validation.ts'

/** https://docs.joinmastodon.org/methods/statuses/#quotes */
export async function listQuotes(ctx: Context, call: Call<Actor>) {
  const { id, boostOfId } = await getNamedStatus(ctx, call)
  const range = readRange(call.input, { usual: 20, max: 40 })
  const ids = await listQuotingIds(ctx.db, boostOfId ?? id, call.viewer.id, range)
  return page(ctx.config, call, await presentByIds(ctx, call.viewer, ids), ids)
}

/** https://docs.joinmastodon.org/methods/statuses/#revoke_quote: answers the post that no longer shows it. */
export async function revokeQuoteOf(ctx: Context, { params, viewer }: Call<Actor>) {
  const quoted = requireOwn(await findStatus(ctx.db, params['id'] ?? ''), viewer)
  const quoting = await getVisibleStatus(ctx, params['quoting_status_id'] ?? '', viewer.id)
  const by = await findActor(ctx.db, quoting.actorId)
  if (by === undefined || quoting.quoteOfId !== quoted.id) throw recordNotFound()
  await revokeQuote(ctx, viewer, statusUri(ctx.config, quoting, by))
  return loadAndPresentStatus(ctx, viewer, await getVisibleStatus(ctx, quoting.id, viewer.id))
}

/** https://docs.joinmastodon.org/methods/statuses/#edit_interaction_policy */
export async function editInteractionPolicy(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const { quote_approval_policy: policy } = read(input, { quote_approval_policy: z.enum(quotePolicies) })
  const post = await validated(changeQuotePolicy(ctx, viewer, params['id'] ?? '', policy))
  return loadAndPresentStatus(ctx, viewer, post)
}
