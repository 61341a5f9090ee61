import { isExportName, writeExport, type ExportName } from '../../domain/exports/csv-files.ts'
import { DomainError } from '../../lib/errors.ts'
import { markup, type Html } from '../html.ts'
import { archiveActions, archiveLookSeconds, archiveNotes, archivePanel } from './archives.ts'
import type { Member, SettingsPage } from './page.ts'
import { sendTextFile } from './send-file.ts'

/** What each file is, in the order of the page. */
const labels: Readonly<Record<ExportName, string>> = {
  'following_accounts.csv': 'Whom you follow',
  'followers.csv': 'Who follows you',
  'lists.csv': 'Your lists',
  'muted_accounts.csv': 'Whom you mute',
  'blocked_accounts.csv': 'Whom you block',
  'blocked_domains.csv': 'Domains that you block',
  'bookmarks.csv': 'Your bookmarks',
  'custom_filters.json': 'Your filters',
}

/** What a member takes away. */
export const exportPage: SettingsPage = {
  path: '/settings/export',
  title: 'Take your things along',
  about: 'Your posts, pictures and lists, whom you follow, block and mute, as files',
  needsProof: true,
  notes: archiveNotes,
  async show(ctx, member) {
    const { body, isBusy } = await archivePanel(ctx, member)
    return {
      body: markup`${body}\n${filesPanel(member)}`,
      refreshSeconds: isBusy ? archiveLookSeconds : 0,
    }
  },
  actions: {
    ...archiveActions,
    file: {
      async take(ctx, { actor, response }, fields) {
        const name = fields.text('name')
        if (!isExportName(name)) throw new DomainError('invalid', 'There is no such file.')
        await sendTextFile(response, name, writeExport(ctx, actor, name))
      },
    },
  },
}

function filesPanel(member: Member): Html {
  const names = Object.entries(labels) as [ExportName, string][]
  return markup`<section class="panel" aria-labelledby="files">
<h2 id="files">Files that other servers read</h2>
<p>Mastodon, GoToSocial and most others take them, and so do we. Your posts are not in them.</p>
<p class="hint">Nobody can be made to follow you by a file: the list of your followers is for you to keep. They come
along when you move, or by a recovery kit.</p>
<form method="post" action="/settings/export/file">
${member.token}
<ul class="files">
${names.map(
  ([
    name,
    label,
  ]) => markup`<li><button class="button" type="submit" name="name" value="${name}"><span>${label}</span> <span class="hint">${name}</span></button></li>
`,
)}</ul>
</form>
</section>`
}
