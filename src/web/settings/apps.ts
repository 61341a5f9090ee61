import { signOutApp } from '../../domain/auth/sign-out-app.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import { listAppsOf, type AllowedApp } from '../../store/tokens-of-member.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { describeScope } from '../sign-in/scope-words.ts'
import type { Member, SettingsPage } from './page.ts'

/** Which apps may act for a member, and how to end that. */
export const appsPage: SettingsPage = {
  path: '/settings/apps',
  title: 'Apps',
  about: 'Which apps may act for you, and how to end it',
  notes: { revoked: 'The app is signed out.' },
  async show(ctx, member) {
    const apps = await listAppsOf(ctx.db, member.actor.id)
    if (apps.length === 0)
      return markup`<p class="panel">No app may act for you. Sign in with any app for Mastodon.</p>`
    return markup`${apps.map((app) => appPanel(member, app))}`
  },
  actions: {
    revoke: {
      async take(ctx, { actor, request }, fields) {
        const appId = fields.text('app')
        if (appId !== '' && !isId(appId)) throw new DomainError('invalid', 'There is no such app.')
        await signOutApp(ctx, actor.id, appId === '' ? null : appId, request.ip)
        return { note: 'revoked' }
      },
    },
  },
}

function appPanel({ token }: Member, { id, name, website, scopes, createdAt, lastUsedAt }: AllowedApp): Html {
  return markup`<form class="panel form" method="post" action="/settings/apps/revoke">
${token}
<input type="hidden" name="app" value="${id}">
<h2>${name ?? 'Tokens from the command line'}</h2>
${website !== null && markup`<p class="hint">${website}</p>`}
<p class="hint">Since ${formatMoment(createdAt, 'moment')}${lastUsedAt !== null && markup`, last used ${formatMoment(lastUsedAt, 'moment')}`}.</p>
<details><summary>What it may do</summary>
<ul class="scopes">${scopes.map((scope) => markup`<li>${describeScope(scope)}</li>\n`)}</ul></details>
<p class="actions"><button class="button" type="submit">Sign it out</button></p>
</form>
`
}
