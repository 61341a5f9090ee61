import { markPath, stylePath } from './assets.ts'
import { markup, type Html, type Piece } from './html.ts'

export type PageHead = {
  readonly title: string
  /** What the place is called: the domain in its people's handles. */
  readonly siteName: string
  readonly description?: string
  /** The address that this page should be known by. */
  readonly canonical?: string
  /** The ActivityStreams document that says the same. */
  readonly activity?: string
  readonly searchable?: boolean
  /** More elements of the head. */
  readonly more?: Piece
  /** The front page is wide, and its heading is the name; every other page is a narrow column under the name. */
  readonly isFront?: boolean
}

/** A whole document around what is particular to a page. There is no script on any of them. */
export function page(head: PageHead, body: Html): Html {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${head.title === head.siteName ? head.title : `${head.title} · ${head.siteName}`}</title>
${describe(head)}<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#f6f3ea" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0d1b1c" media="(prefers-color-scheme: dark)">
<link rel="stylesheet" href="${stylePath}">
<link rel="icon" type="image/svg+xml" href="${markPath}">
</head>
<body${head.isFront !== true && markup` class="reading"`}>
<a class="skip" href="#content">Skip to the content</a>
${head.isFront !== true && brand(head.siteName)}
<main id="content" tabindex="-1">
${body}
</main>
<footer class="site">
<p>Runs on Holdfast: free software for social servers that no single host can switch off.</p>
</footer>
</body>
</html>
`
}

function brand(siteName: string): Html {
  return markup`<header class="site">
<a class="brand" href="/"><img src="${markPath}" alt="" width="32" height="32"> <span>${siteName}</span></a>
</header>`
}

function describe(head: PageHead): Piece {
  const { activity, canonical, description, more, searchable } = head
  return [
    description !== undefined && markup`<meta name="description" content="${description}">\n`,
    searchable === false && markup`<meta name="robots" content="noindex">\n`,
    canonical !== undefined && markup`<link rel="canonical" href="${canonical}">\n`,
    activity !== undefined &&
      markup`<link rel="alternate" type="application/activity+json" href="${activity}">\n`,
    more,
  ]
}

/** How other places show a link to this page: https://ogp.me */
export function openGraph(properties: Readonly<Record<string, string>>): Html[] {
  return Object.entries(properties).map(
    ([property, value]) => markup`<meta property="${property}" content="${value}">\n`,
  )
}
