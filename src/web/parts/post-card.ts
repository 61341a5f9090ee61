import { actorUrl, type Home } from '../../domain/accounts/addresses.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { formatMoment } from '../format.ts'
import { markup, raw, type Html } from '../html.ts'
import { nameOf } from './avatar.ts'
import { byline } from './byline.ts'

/**
 * One post or boost, as an h-entry (https://microformats.org/wiki/h-entry).
 * @param context what it answers, where the page tells
 */
export function postCard(home: Home, view: StatusView, context?: Html): Html {
  if (view.boostOf !== null) return boostCard(home, view, view.boostOf)
  return markup`<article class="post h-entry" aria-label="Post by ${nameOf(view.author)}">
<header class="byline p-author h-card">${byline(home, view.author)}</header>
${context}
${content(view)}
<footer>${dates(view)}</footer>
</article>
`
}

/** What is boosted is a citation: https://indieweb.org/repost */
function boostCard(home: Home, { author, url }: StatusView, boosted: StatusView): Html {
  const name = nameOf(author)
  return markup`<article class="post h-entry" aria-label="Boost by ${name} of a post by ${nameOf(boosted.author)}">
<p class="answers"><span class="p-author h-card"><a class="p-name u-url" href="${actorUrl(home, author)}" dir="auto">${name}</a></span>
<a class="u-url" href="${url}">boosted</a></p>
<div class="boosted u-repost-of h-cite">
<header class="byline p-author h-card">${byline(home, boosted.author)}</header>
${content(boosted)}
<footer>${dates(boosted)}</footer>
</div>
</article>
`
}

/** A language that we do not know is marked as such: the page's own would be a guess. */
function content(view: StatusView): Html {
  const { summary } = view.status
  const language = view.status.language ?? ''
  const body = markup`<div class="e-content prose" lang="${language}" dir="auto">${raw(view.contentHtml)}</div>`
  if (summary === '') return body
  return markup`<details class="warning">
<summary><span class="label">Content warning:</span>
<span class="p-summary" lang="${language}" dir="auto">${summary}</span></summary>
${body}
</details>`
}

function dates({ status, url }: StatusView): Html {
  const edited = status.editedAt !== null && markup` · edited ${formatMoment(status.editedAt, 'dt-updated')}`
  return markup`<a class="u-url" href="${url}">${formatMoment(status.createdAt, 'dt-published')}</a>${edited}`
}
