import type { StatusView } from '../../domain/statuses/view.ts'
import { markup, type Html } from '../html.ts'
import { webAddress } from '../links.ts'
import type { Site } from '../media.ts'
import { attachments } from './attachments.ts'
import { htmlWithEmojis, textWithEmojis } from './emojis.ts'
import { pollResults } from './poll.ts'
import { isQuoteOpen, quoteCard } from './quote.ts'

/**
 * What a post says and carries. What stands behind a content warning is one click away; the summary of something with
 * a title of its own is no warning but its first words, and the rest is a click away where those are given.
 */
export function postContent(site: Site, view: StatusView): Html {
  const { status } = view
  const head = title(site, view)
  if (status.summary === '') return markup`${head}${body(site, view)}`
  const summary = markup`<span class="p-summary" lang="${status.language ?? ''}" dir="auto">${textWithEmojis(site, status.summary, status.emojis)}</span>`
  if (status.title !== null && !status.sensitive) return digest(site, view, markup`${head}<p>${summary}</p>`)
  return markup`${head}<details class="warning">
<summary><span class="label">Content warning:</span>
${summary}</summary>
${body(site, view)}
</details>`
}

function title(site: Site, { status, url }: StatusView): Html | false {
  const address = webAddress(url)
  if (status.title === null || status.title.trim() === '' || address === undefined) return false
  return markup`<h2 class="title"><a class="p-name" href="${address}" dir="auto">${textWithEmojis(site, status.title, status.emojis)}</a></h2>
`
}

function digest(site: Site, view: StatusView, head: Html): Html {
  const text = words(site, view)
  return markup`${head}
${
  text !== false &&
  markup`<details class="more">
<summary>Read all of it</summary>
${text}
</details>`
}${extras(site, view)}`
}

function body(site: Site, view: StatusView): Html {
  return markup`${words(site, view)}${extras(site, view)}`
}

/** A language that we do not know is marked as such: the page's own would be a guess. */
function words(site: Site, { status, contentHtml, quote }: StatusView): Html | false {
  if (contentHtml === '') return false
  const quoting = isQuoteOpen(quote) && ' quoting'
  return markup`<div class="e-content prose${quoting}" lang="${status.language ?? ''}" dir="auto">${htmlWithEmojis(site, contentHtml, status.emojis)}</div>`
}

function extras(site: Site, { status, poll, quote }: StatusView): Html {
  return markup`${poll !== null && pollResults(site, poll, status.emojis)}${attachments(site, status)}${quoteCard(site, quote, (quoted) => postContent(site, quoted))}`
}
