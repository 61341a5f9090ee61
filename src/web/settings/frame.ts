import type { Context } from '../../context.ts'
import { handleOf } from '../../domain/accounts/addresses.ts'
import { markup, type Html } from '../html.ts'
import { formPage } from '../parts/form-page.ts'
import type { Member, SettingsPage, Shown } from './page.ts'
import type { Entry, Group } from './pages.ts'

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
  { actor, token }: Member,
  groups: readonly Group[],
  place: Html,
): Html {
  const lead = markup`You are <strong>@${handleOf(ctx.config, actor)}</strong>`
  return formPage(
    { title: 'Settings', siteName: ctx.config.handleDomain, lead },
    markup`${place}
<nav aria-label="Settings" class="settings-groups">
${groups.map(groupOf)}</nav>
<form class="form" method="post" action="/auth/sign_out">${token}
<p class="actions"><button class="button" type="submit">Sign out</button></p></form>`,
  )
}

function groupOf({ heading, entries }: Group): Html {
  return markup`<h2>${heading}</h2>
<ul class="settings">
${entries.map(lineOf)}</ul>
`
}

function lineOf({ path, title, about }: Entry): Html {
  return markup`<li><a href="${path}"><strong>${title}</strong> <span class="hint">${about}</span></a></li>
`
}
