import type { App } from '../../store/apps.ts'
import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'
import { shortAddress, webAddress } from '../links.ts'
import { describeScope } from './scope-words.ts'

export type Consent = {
  readonly siteName: string
  readonly token: Html
  readonly app: App
  /** Who is asked. */
  readonly handle: string
  readonly scopes: readonly string[]
  /** Where the answer goes, in words: a host, or a program on this device. */
  readonly target: string
  /** What was asked, as it came: the answer is judged by the same. */
  readonly action: string
  /** Another member wants to answer. */
  readonly otherMember: string
}

export function consentPage(consent: Consent): Html {
  const { siteName, token, app, handle, scopes, target, action, otherMember } = consent
  const website = app.website === null ? undefined : webAddress(app.website)
  const body = markup`<div class="form-page">
<h1>May ${app.name} use your account?</h1>
<p class="lead">You are <strong>@${handle}</strong>. ${website !== undefined && from(website)}</p>
<form class="panel form" method="post" action="${action}">
${token}
<h2>It asks to</h2>
<ul class="scopes">
${scopes.map((scope) => markup`<li>${describeScope(scope)} <code>${scope}</code></li>\n`)}</ul>
<p class="hint">The answer goes to <strong>${target}</strong>. Allow it only if you have just come from there: the app
can then do this in your name until you take it back.</p>
<p class="actions"><button class="button primary" type="submit" name="decision" value="allow">Allow</button>
<button class="button" type="submit" name="decision" value="deny">Do not allow</button></p>
</form>
<p class="hint"><a href="${otherMember}">Sign in as somebody else</a></p>
</div>`
  return page({ title: `Allow ${app.name}`, siteName, searchable: false }, body)
}

function from(website: string): Html {
  return markup`The app says that it is from <a href="${website}" rel="nofollow noreferrer noopener">${shortAddress(website)}</a>.`
}
