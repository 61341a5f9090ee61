import { z } from 'zod'
import type { Context } from '../../context.ts'
import { dismissSuggestion } from '../../domain/suggestions/dismiss-suggestion.ts'
import { suggestPeople } from '../../domain/suggestions/suggest-people.ts'
import type { Actor } from '../../store/actors.ts'
import { listDirectoryIds } from '../../store/suggestions.ts'
import { presentInOrder } from '../accounts/account-page.ts'
import { getNamedAccount } from '../accounts/named-account.ts'
import { flag, limit, offset, read } from '../input.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/suggestions/#v1 */
export async function suggest(ctx: Context, call: Call<Actor>) {
  const suggested = await find(ctx, call)
  return presentInOrder(
    ctx,
    suggested.map(({ id }) => id),
  )
}

/** https://docs.joinmastodon.org/methods/suggestions/#v2 */
export async function suggestWithSource(ctx: Context, call: Call<Actor>) {
  const suggested = new Map((await find(ctx, call)).map(({ id, why }) => [id, why]))
  const accounts = await presentInOrder(ctx, [...suggested.keys()])
  return accounts.map((account) => ({ ...sources[suggested.get(account.id)!], account }))
}

/** https://docs.joinmastodon.org/entities/Suggestion/#source: `source` is what older apps know. */
const sources = {
  friends: { source: 'past_interactions', sources: ['friends_of_friends'] },
  popular: { source: 'global', sources: ['most_followed'] },
} as const

function find(ctx: Context, { viewer, input }: Call<Actor>) {
  return suggestPeople(ctx, viewer, read(input, { limit: limit(40, 80) }).limit)
}

export async function dismiss(ctx: Context, call: Call<Actor>) {
  await dismissSuggestion(ctx, call.viewer, await getNamedAccount(ctx, call))
  return {}
}

/** https://docs.joinmastodon.org/methods/directory/ */
export async function showDirectory(ctx: Context, { input, viewer }: Call) {
  const asked = read(input, {
    local: flag,
    order: z.enum(['active', 'new']).catch('active'),
    limit: limit(40, 80),
    offset: offset(5000),
  })
  const query = { ...asked, local: asked.local === true, viewerId: viewer?.id }
  const ids = await listDirectoryIds(ctx.db, query)
  return presentInOrder(ctx, ids)
}
