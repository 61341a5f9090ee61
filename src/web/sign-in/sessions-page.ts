import type { ListedSession } from '../../domain/auth/sessions.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'

export type Sessions = {
  readonly siteName: string
  readonly token: Html
  readonly handle: string
  readonly sessions: readonly ListedSession[]
  /** The name of the one that asks. */
  readonly current: string
}

/** Where somebody has signed in, and how to end it. */
export function sessionsPage({ siteName, token, handle, sessions, current }: Sessions): Html {
  const body = markup`<div class="form-page">
<h1>Signed in</h1>
<p class="lead">You are <strong>@${handle}</strong>.</p>
<p><a href="/settings">All settings</a></p>
<form class="panel form" method="post" action="/auth/sign_out">
${token}
<p class="actions"><button class="button primary" type="submit">Sign out</button></p>
</form>
<section class="panel" aria-labelledby="sessions">
<h2 id="sessions">Browsers in which you are signed in</h2>
<ul class="sessions">
${sessions.map((session) => describe(session, current, token))}</ul>
</section>
</div>`
  return page({ title: 'Signed in', siteName, searchable: false }, body)
}

function describe(session: ListedSession, current: string, token: Html): Html {
  const isThis = session.name === current
  return markup`<li><p>${session.userAgent === '' ? 'A browser without a name' : session.userAgent}</p>
<p class="hint">Since ${formatMoment(session.createdAt, 'moment')}, last used ${formatMoment(session.seenAt, 'moment')}${isThis && ': this one'}</p>
${!isThis && markup`<form method="post" action="/auth/sessions/${session.name}/end">${token}<button class="button" type="submit">End it</button></form>`}
</li>
`
}
