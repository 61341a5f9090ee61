import type { QuoteView, StatusView } from '../../domain/statuses/view.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { webAddress } from '../links.ts'
import type { Site } from '../media.ts'
import { isOpen } from '../posts.ts'
import { nameOf } from './avatar.ts'
import { byline } from './byline.ts'

/** Whether what is quoted is shown to strangers, and so need not be named again. */
export function isQuoteOpen(quote: QuoteView | null): quote is QuoteView & { readonly view: StatusView } {
  return quote?.state === 'accepted' && quote.view !== null && isOpen(quote.view)
}

/**
 * What a post quotes (https://indieweb.org/quotation): shown where its author allows it and anybody may read it, else
 * a link for the reader to follow.
 * @param content shows what a post says
 */
export function quoteCard(
  site: Site,
  quote: QuoteView | null,
  content: (view: StatusView) => Html,
): Html | false {
  if (quote === null) return false
  if (!isQuoteOpen(quote)) return quoteLink(quote)
  const { view } = quote
  return markup`<div class="quoted u-quotation-of h-cite" role="group" aria-label="Quoted post by ${nameOf(view.author)}">
<header class="byline p-author h-card">${byline(site, view.author)}</header>
${content(view)}
<footer><a class="u-url" href="${view.url}">${formatMoment(view.status.createdAt, 'dt-published')}</a></footer>
</div>`
}

function quoteLink({ uri, view, state, isWithheld }: QuoteView): Html | false {
  if (isWithheld || (view !== null && !isOpen(view)))
    return markup`<p class="answers">Quotes a post that is not to be seen here</p>`
  const address = webAddress(view?.url ?? uri)
  if (address === undefined) return false
  const withheld = state === 'rejected' || state === 'revoked'
  return markup`<p class="answers">Quotes <a class="u-quotation-of" href="${address}" rel="nofollow noopener">a post elsewhere</a>${
    withheld && ', whose author did not agree to it'
  }</p>`
}
