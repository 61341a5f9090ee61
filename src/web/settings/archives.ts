import type { Context } from '../../context.ts'
import { askForArchive, nextArchiveAt } from '../../domain/exports/ask-for-archive.ts'
import { listArchives, type Archive } from '../../store/archives.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { submitButton } from '../parts/form-page.ts'
import { panelForm, progress, type Member, type SettingsAction } from './page.ts'

const archivesShown = 10

/** How often the page is looked at anew while one is made. */
export const archiveLookSeconds = 5

/** All of an account as one file: asked for, waited for and downloaded here. */
export async function archivePanel(
  ctx: Context,
  member: Member,
): Promise<{ readonly body: Html; readonly isBusy: boolean }> {
  const archives = await listArchives(ctx.db, member.actor.id, archivesShown)
  const next = await nextArchiveAt(ctx, member.actor.id)
  const now = ctx.now()
  const shown = archives.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
  const isBusy = archives.some(({ state }) => state === 'pending' || state === 'running')
  const body = panelForm(
    member,
    '/settings/export/archive',
    'Everything in one file',
    markup`<p>Your posts of every kind, direct messages among them, boosts, pictures and videos, likes, bookmarks, and all the lists
below. Another Holdfast takes it in with its posts; Mastodon cannot take any archive in.</p>
<p class="hint">It does not hold what others wrote, your password or your keys. You get a mail when it is ready; it is kept for
seven days. One is made a day.</p>
${shown.length > 0 && markup`<ul class="sessions">\n${shown.map(lineOf)}</ul>\n`}${next === undefined ? submitButton('Make an archive') : !isBusy && markup`<p class="hint">You may ask for another one from ${formatMoment(next, 'moment')} on.</p>`}`,
  )
  return { body, isBusy }
}

export const archiveActions: Readonly<Record<string, SettingsAction>> = {
  archive: {
    async take(ctx, { actor, request }) {
      await askForArchive(ctx, actor, request.ip)
      return { note: 'archive' }
    },
  },
}

export const archiveNotes = {
  archive: 'Your archive is being made. You get a mail when it is ready, and need not wait here.',
} as const

function lineOf({ id, state, bytes, done, total, problem, createdAt, expiresAt }: Archive): Html {
  const asked = formatMoment(createdAt, 'moment')
  if (state === 'ready' && expiresAt !== null)
    return markup`<li><p><a href="/settings/export/archives/${id}">Archive of ${asked}</a></p>
<p class="hint">${formatMebibytes(Number(bytes))}, kept until ${formatMoment(expiresAt, 'moment')}</p></li>
`
  if (state === 'failed')
    return markup`<li><p>Archive of ${asked}</p>\n<p class="hint">${problem ?? 'It could not be made.'}</p></li>\n`
  return markup`<li>${progress('Being made', done, state === 'running' ? total : null)}
<p class="hint">Asked for ${asked}</p></li>
`
}

function formatMebibytes(bytes: number): string {
  const mib = bytes / 1024 ** 2
  return mib >= 1 ? `${mib.toFixed(1)} MiB` : `${Math.ceil(bytes / 1024)} KiB`
}
