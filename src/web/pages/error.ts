import { markup, renderHtml } from '../html.ts'
import { page } from '../layout.ts'

const headings: Readonly<Record<number, string>> = {
  400: 'That makes no sense here',
  401: 'This is not open to everybody',
  403: 'This is not open to everybody',
  404: 'Nothing holds on here',
  410: 'Washed away',
  429: 'Too many waves at once',
  503: 'Back in a moment',
}

/**
 * The page for people when a request came to nothing.
 * @param status of HTTP, 400 to 599
 * @param message a public sentence: what happened, or what to do
 * @param siteName what the place is called
 */
export function renderErrorPage(status: number, message: string, siteName = 'Holdfast'): string {
  const heading = headings[status] ?? (status < 500 ? 'That did not work' : 'Something broke on our side')
  const body = markup`<div class="failure">
<p class="status" aria-hidden="true">${status}</p>
<h1>${heading}</h1>
<p class="lead">${message}</p>
<p><a class="button" href="/">See who lives here</a></p>
</div>`
  return renderHtml(page({ title: heading, siteName, searchable: false }, body))
}
