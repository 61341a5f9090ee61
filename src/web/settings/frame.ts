import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { markup, type Html } from '../html.ts'
import { formPage } from '../parts/form-page.ts'
import type { Member, SettingsPage, Shown } from './page.ts'

/** One page of the settings, with the way back to all of them. */
export function showSettings(
  ctx: Context,
  { title }: SettingsPage,
  { body, refreshSeconds }: Shown,
  said: { note?: string | undefined; problem?: string | undefined },
): Html {
  const before = markup`<p class="back"><a href="/settings">All settings</a></p>\n`
  const more = refreshSeconds > 0 && markup`<meta http-equiv="refresh" content="${refreshSeconds}">\n`
  return formPage({ title, siteName: ctx.config.handleDomain, before, more, ...said }, body)
}

/** Every page of the settings, for whoever looks for one. @param place how the member's place stands */
export function showOverview(
  ctx: Context,
  member: Member,
  pages: readonly SettingsPage[],
  place: Html,
): Html {
  const { actor, token } = member
  // Leaving comes last.
  const lines = [...pages.slice(0, -1).map(lineOf), sessionsLine, ...pages.slice(-1).map(lineOf)]
  const lead = markup`You are <strong>@${handleOf(ctx.config, actor)}</strong>`
  return formPage(
    { title: 'Settings', siteName: ctx.config.handleDomain, lead },
    markup`${place}
<nav aria-label="Settings"><ul class="settings">
${lines}</ul></nav>
<form class="form" method="post" action="/auth/sign_out">${token}
<p class="actions"><button class="button" type="submit">Sign out</button></p></form>`,
  )
}

const sessionsLine = lineOf({
  path: '/auth/sessions',
  title: 'Browsers',
  about: 'Where you are signed in, and how to end it',
})

function lineOf({ path, title, about }: { path: string; title: string; about: string }): Html {
  return markup`<li><a href="${path}"><strong>${title}</strong> <span class="hint">${about}</span></a></li>
`
}
