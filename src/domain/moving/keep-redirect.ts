import type { Redirect } from '../../store/moves.ts'
import { accountRestMs } from './cooldown.ts'

type Kept = { readonly movedTo: string | null; readonly movedToId?: null }

/**
 * What becomes of a move when an actor's document comes in. One that was carried out here outlives documents that do not
 * speak of it: Akkoma never sets `movedTo`, and a server may serve an old copy. People do take moves back, though. So it
 * ends, or leads elsewhere,
 * - at once when the actor says so by an Update, as Mastodon does,
 * - else with a document fetched 30 days after it: of the Update nobody may have told us, since nobody here follows them
 *   any more, and for so long Mastodon lets nobody move again.
 * @param known what is here; undefined for whom we do not know
 * @param said `movedTo` of the document; `how` it came: sent by the actor, or fetched from its server
 */
export function keepRedirect(
  known: Redirect | undefined,
  said: { readonly movedTo: string | undefined; readonly how: 'fetched' | 'sent'; readonly at: Date },
): Kept {
  const movedTo = said.movedTo ?? null
  if (known === undefined || known.movedToId === null || movedTo === known.movedTo) return { movedTo }
  const age = said.at.getTime() - (known.movedAt?.getTime() ?? 0)
  const counts = said.how === 'sent' || age >= accountRestMs
  return counts ? { movedTo, movedToId: null } : { movedTo: known.movedTo }
}
