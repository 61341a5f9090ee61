import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'

/** For apps that nobody can be sent back to: the member carries the code over. */
export function codePage(siteName: string, code: string): Html {
  const body = markup`<div class="form-page">
<h1>One more step</h1>
<p class="lead">Copy this code into the app. It holds for ten minutes, and once.</p>
<p class="panel"><code class="copyable code">${code}</code></p>
</div>`
  return page({ title: 'Your code', siteName, searchable: false }, body)
}
