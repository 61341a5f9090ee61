import type { Config } from '../../config.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import { quoteAuthorizationUri } from '../../domain/quotes/addresses.ts'
import { isQuoteShown, namesQuote, quoteFallback } from '../../domain/quotes/quote-fallback.ts'
import { quotePolicyOf } from '../../domain/quotes/quote-policy.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { publicCollection } from './write-contexts.ts'

type Json = Record<string, unknown>

/**
 * What a post says of what it quotes, in every way that somebody reads, and of who may quote it (FEP-044f). A post that
 * its quoted author does not want to be quoted by says nothing of that any more.
 */
export function writeQuoteFields(config: Config, view: StatusView): Json {
  const uri = quotedUri(view)
  const policy = { interactionPolicy: { canQuote: { automaticApproval: [whoMayQuote(config, view)] } } }
  if (uri === undefined) return policy
  const stamp = view.quote?.state === 'accepted' ? stampUri(config, view) : undefined
  return {
    quote: uri,
    quoteUrl: uri,
    quoteUri: uri,
    _misskey_quote: uri,
    ...(stamp === undefined ? {} : { quoteAuthorization: stamp }),
    ...policy,
  }
}

/** The same as a link among the tags: https://codeberg.org/fediverse/fep/src/branch/main/fep/e232/fep-e232.md */
export function writeQuoteTags(view: StatusView): Json[] {
  const href = quotedUri(view)
  if (href === undefined) return []
  const mediaType = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
  const rel = 'https://misskey-hub.net/ns#_misskey_quote'
  return [{ type: 'Link', mediaType, rel, href, name: `RE: ${href}` }]
}

/** The content of a post, beginning with a link to what it quotes for those who know no quotes. */
export function writeQuotingContent(view: StatusView): string {
  const { quote, contentHtml } = view
  return quote !== null && isQuoteShown(quote) ? quoteFallback(quote) + contentHtml : contentHtml
}

function quotedUri({ quote }: StatusView): string | undefined {
  return quote !== null && namesQuote(quote) ? quote.uri : undefined
}

/** Where somebody here is quoted the stamp has the id of the post that quotes; to quote oneself takes none. */
function stampUri(config: Config, { status, author, quote }: StatusView): string | undefined {
  if (status.quoteAuthorizationUri !== null) return status.quoteAuthorizationUri
  const quoted = quote?.view
  if (quoted?.status.isLocal !== true || quoted.author.id === author.id) return undefined
  return quoteAuthorizationUri(config, quoted.author, status.id)
}

/** Nobody else is written as the author alone: an empty list says nothing in JSON-LD. */
function whoMayQuote(config: Config, { status, author }: StatusView): string {
  switch (quotePolicyOf(status)) {
    case 'public':
      return publicCollection
    case 'followers':
      return followersUri(config, author)
    case 'nobody':
      return actorUri(config, author)
  }
}
