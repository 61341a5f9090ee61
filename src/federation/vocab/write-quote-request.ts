import type { Config } from '../../config.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { quoteRequestUri } from '../../domain/quotes/addresses.ts'
import type { LinkedView } from '../../domain/statuses/link-views.ts'
import { noteContext, plainContext, publicCollection, quoteContext } from './write-contexts.ts'
import { writeNote } from './write-note.ts'

type Json = Record<string, unknown>

const stampContext = [plainContext, quoteContext]

/** Asks whoever is quoted, with the whole post that quotes them, so that they need not be able to fetch it. */
export function writeQuoteRequest(config: Config, view: LinkedView, to: string): Json {
  return {
    '@context': [...noteContext, quoteContext],
    id: quoteRequestUri(config, view.author, view.status.id),
    type: 'QuoteRequest',
    actor: actorUri(config, view.author),
    to: [to],
    object: view.quote?.uri,
    instrument: writeNote(config, view),
  }
}

/** The request of somebody elsewhere, as an answer names it. */
export type AskedQuote = {
  readonly requestUri: string
  readonly requester: string
  readonly quoted: string
  readonly quoting: string
}

export function writeQuoteAnswer(
  answer: { id: string; actor: string } & ({ type: 'Accept'; result: string } | { type: 'Reject' }),
  { requestUri, requester, quoted, quoting }: AskedQuote,
): Json {
  const object = {
    id: requestUri,
    type: 'QuoteRequest',
    actor: requester,
    object: quoted,
    instrument: quoting,
  }
  return { '@context': stampContext, to: [requester], ...answer, object }
}

/** A stamp, with nothing of the two posts but their ids. */
export function writeQuoteAuthorization(stamp: {
  id: string
  attributedTo: string
  interactingObject: string
  interactionTarget: string
}): Json {
  return { '@context': stampContext, type: 'QuoteAuthorization', ...stamp }
}

/** What remains of a stamp that was taken back. */
export function writeRevokedStamp(id: string, revokedAt: Date | null): Json {
  const deleted = revokedAt === null ? {} : { deleted: revokedAt.toISOString() }
  return { '@context': plainContext, id, type: 'Tombstone', ...deleted }
}

/** The Delete of a stamp names it by its id alone, as Mastodon does. */
export function writeQuoteRevocation(stamp: string, actor: string): Json {
  return {
    '@context': plainContext,
    id: `${stamp}#delete`,
    type: 'Delete',
    actor,
    to: [publicCollection],
    object: stamp,
  }
}
