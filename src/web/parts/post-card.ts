import { actorUrl } from '../../domain/accounts/addresses.ts'
import { importedFrom } from '../../domain/statuses/imported-from.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import type { Site } from '../media.ts'
import { nameOf, nameWithEmojis } from './avatar.ts'
import { byline } from './byline.ts'
import { postContent } from './post-content.ts'

/**
 * One post or boost, as an h-entry (https://microformats.org/wiki/h-entry).
 * @param context what it answers, where the page tells
 */
export function postCard(site: Site, view: StatusView, context?: Html): Html {
  if (view.boostOf !== null) return boostCard(site, view, view.boostOf)
  return markup`<article class="post h-entry" aria-label="Post by ${nameOf(view.author)}">
<header class="byline p-author h-card">${byline(site, view.author)}</header>
${context}
${postContent(site, view)}
<footer>${dates(view)}</footer>
</article>
`
}

/** What is boosted is a citation: https://indieweb.org/repost */
function boostCard(site: Site, { author, url }: StatusView, boosted: StatusView): Html {
  const name = nameOf(author)
  return markup`<article class="post h-entry" aria-label="Boost by ${name} of a post by ${nameOf(boosted.author)}">
<p class="answers"><span class="p-author h-card"><a class="p-name u-url" href="${actorUrl(site.config, author)}" dir="auto">${nameWithEmojis(site, author)}</a></span>
<a class="u-url" href="${url}">boosted</a></p>
<div class="boosted u-repost-of h-cite">
<header class="byline p-author h-card">${byline(site, boosted.author)}</header>
${postContent(site, boosted)}
<footer>${dates(boosted)}</footer>
</div>
</article>
`
}

function dates({ status, url }: StatusView): Html {
  const edited = status.editedAt !== null && markup` · edited ${formatMoment(status.editedAt, 'dt-updated')}`
  const host = importedFrom(status)
  const imported = host !== undefined && markup` · <span class="badge">imported from ${host}</span>`
  return markup`<a class="u-url" href="${url}">${formatMoment(status.createdAt, 'dt-published')}</a>${edited}${imported}`
}
