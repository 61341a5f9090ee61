import type { Context } from '../../context.ts'
import { normalizeEmoji, shortcodeIn } from '../../domain/interactions/emoji.ts'
import { reactToStatus } from '../../domain/interactions/react-to-status.ts'
import { unreact } from '../../domain/interactions/unreact.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { listReactors } from '../../store/doings.ts'
import { presentAccountsById } from '../entities/account.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { Call } from '../route.ts'
import { answerOriginal, getNamedStatus } from './status-answer.ts'
import { validated } from './validation.ts'

/** Akkoma and Pleroma: https://docs.akkoma.dev/stable/development/API/pleroma_api/#emoji-reactions */
export async function react(ctx: Context, { params, viewer }: Call<Actor>) {
  const { id = '', emoji = '' } = params
  return answerOriginal(ctx, viewer, await validated(reactToStatus(ctx, viewer, id, emoji)))
}

export async function takeReactionBack(ctx: Context, call: Call<Actor>) {
  const { id = '', emoji = '' } = call.params
  await unreact(ctx, call.viewer, id, emoji)
  return answerOriginal(ctx, call.viewer, await getNamedStatus(ctx, call))
}

/** How many are named. */
const mostReactors = 200

/** Each emoji with those who put it there, or only the one that the path names. */
export async function listReactions(ctx: Context, call: Call) {
  const { id, boostOfId } = await getNamedStatus(ctx, call)
  const reactors = await listReactors(ctx.db, boostOfId ?? id, call.viewer?.id, mostReactors)
  const actors = await listActors(ctx.db, [...new Set(reactors.map(({ actorId }) => actorId))])
  const accounts = await presentAccountsById(ctx, actors)
  const { emoji_reactions: counted } = await loadAndPresentStatus(
    ctx,
    call.viewer,
    await getNamedStatus(ctx, call),
  )
  const only = call.params['emoji']
  const wanted = only === undefined ? undefined : (normalizeEmoji(only) ?? shortcodeIn(only) ?? only)
  return counted
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map((reaction) => ({
      ...reaction,
      accounts: reactors
        .filter(({ name }) => name === reaction.name)
        .flatMap(({ actorId }) => accounts.get(actorId) ?? []),
    }))
}
