import { markup, type Html } from '../html.ts'

/** A handle that one click selects as a whole, since there is no script that could copy it. */
export function copyableHandle(handle: string): Html {
  return markup`<code class="copyable">@${handle}</code>`
}

/** How somebody who lives elsewhere follows a person here. */
export function followHelp(handle: string): Html {
  return markup`<ol class="steps">
<li>Copy a handle, such as ${copyableHandle(handle)}.</li>
<li>Paste it into the search box of your fediverse app: Mastodon, GoToSocial, Misskey, Pixelfed or any other.</li>
<li>Press <strong>Follow</strong>. From then on their posts come to you.</li>
</ol>`
}
