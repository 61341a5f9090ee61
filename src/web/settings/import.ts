import { archiveImportLimits } from '../../domain/imports/archive/limits.ts'
import { bringFile } from '../../domain/imports/bring-file.ts'
import { cancelImport, getImport } from '../../domain/imports/create-import.ts'
import { importKinds, importLimits, type ImportKind } from '../../domain/imports/kinds.ts'
import { writeFailures } from '../../domain/imports/list-failures.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import { listImports, type Import } from '../../store/imports.ts'
import { formatCount, formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { checkbox, submitButton } from '../parts/form-page.ts'
import { progress, type Fields, type Member, type SettingsPage } from './page.ts'
import { sendTextFile } from './send-file.ts'

const shown = 10
const refreshSeconds = 5

/** What a member brings from elsewhere. */
export const importPage: SettingsPage = {
  path: '/settings/import',
  title: 'Bring your things here',
  about: 'Your posts, whom you followed, blocked and muted elsewhere, your lists and bookmarks',
  notes: {
    started: 'Your file is read. This page shows how far it is; you may leave it.',
    stopped: 'It is stopped. What was done stays done.',
  },
  async show(ctx, member) {
    const imports = await listImports(ctx.db, member.actor.id, shown)
    const isChoosing = member.typed !== undefined || member.request.query['more'] !== undefined
    // A page that is loaded again forgets the file that was chosen.
    if (imports.some(isUnderWay) && !isChoosing)
      return { body: markup`${history(member, imports)}\n${moreLink}`, refreshSeconds }
    return markup`${imports.length > 0 && history(member, imports)}
${archiveForm(member)}
${fileForm(member)}`
  },
  actions: {
    file: {
      maxFileBytes: importLimits.fileBytes,
      async take(ctx, { actor }, fields) {
        const file = fields.file('data')
        if (file === undefined) throw new DomainError('invalid', 'Choose a file.')
        await bringFile(ctx, actor, file, {
          kind: fields.text('type'),
          mode: fields.text('mode') === 'overwrite' ? 'overwrite' : 'merge',
          dryRun: fields.has('dry_run'),
        })
        return { note: 'started' }
      },
    },
    archive: {
      maxFileBytes: archiveImportLimits.fileBytes,
      async take(ctx, { actor }, fields) {
        const file = fields.file('archive')
        if (file === undefined) throw new DomainError('invalid', 'Choose a file.')
        const from = fields.text('from').trim() || undefined
        await bringFile(ctx, actor, file, { kind: 'archive', mode: 'merge', dryRun: false, from })
        return { note: 'started' }
      },
    },
    stop: {
      async take(ctx, { actor }, fields) {
        await cancelImport(ctx, actor, readId(fields))
        return { note: 'stopped' }
      },
    },
    failures: {
      async take(ctx, { actor, response }, fields) {
        const found = await getImport(ctx, actor, readId(fields))
        await sendTextFile(response, `failed-${found.kind}.csv`, writeFailures(ctx, found))
      },
    },
  },
}

function readId(fields: Fields): string {
  const id = fields.text('id')
  if (!isId(id)) throw new DomainError('not_found', 'There is no such import.')
  return id
}

const moreLink = markup`<p class="actions"><a class="button" href="/settings/import?more=yes">Bring something else, too</a></p>`

const isUnderWay = ({ state }: Import): boolean => state === 'pending' || state === 'running'

function archiveForm(member: Member): Html {
  return markup`<form class="panel form" method="post" action="/settings/import/archive" enctype="multipart/form-data">
${member.token}
<h2>Your posts from another server</h2>
<p>The archive that Mastodon, Pleroma, Akkoma or Holdfast gave you (a zip file, up to 2 GiB), notes of Misskey, or an
outbox.json.</p>
<p class="field"><label for="archive">The archive</label>
<input id="archive" name="archive" type="file" accept=".zip,.json,application/zip,application/json" required></p>
<p class="field"><label for="from">Whose it is, for notes of Misskey</label>
<input id="from" name="from" value="${member.typed?.text('from') ?? ''}" placeholder="you@their.example" autocapitalize="off" autocomplete="off"></p>
<p class="hint">Posts come with their dates, pictures, polls and threads, and are marked as imported. Nobody is told. Each
is for those whom it was for; what was for named people is for you alone. Likes are not brought.</p>
<p class="hint">While your old server answers, it must name this account, by a move or as an alias, for links to the old
addresses to lead here. An alias that you choose here is enough to bring the posts.</p>
${submitButton('Bring the posts')}
</form>`
}

function fileForm(member: Member): Html {
  const kinds = Object.entries(importKinds)
  const chosen = member.typed?.text('type') ?? ''
  const isOverwrite = member.typed?.text('mode') === 'overwrite'
  return markup`<form class="panel form" method="post" action="/settings/import/file" enctype="multipart/form-data">
${member.token}
<h2>A list from another server</h2>
<p>A CSV file of Mastodon, GoToSocial, Misskey, Akkoma, Hollo, Takahē, Mitra, snac2 or Iceshrimp, or
custom_filters.json: up to 100,000 rows.</p>
<p class="field"><label for="data">The file</label>
<input id="data" name="data" type="file" accept=".csv,.txt,.json,text/csv,text/plain,application/json" required></p>
<p class="field"><label for="type">What it holds</label>
<select id="type" name="type"><option value="">Find out by the file</option>
${kinds.map(([kind, { title }]) => markup`<option value="${kind}"${kind === chosen && markup` selected`}>${title}</option>\n`)}</select></p>
<fieldset class="choices"><legend>What is here already</legend>
<p class="check"><label><input type="radio" name="mode" value="merge"${!isOverwrite && markup` checked`}> <span>stays, and the file is added</span></label></p>
<p class="check"><label><input type="radio" name="mode" value="overwrite"${isOverwrite && markup` checked`}> <span>goes, unless the file names it</span></label></p></fieldset>
${checkbox({ name: 'dry_run', label: 'Only show what would be done', isChecked: member.typed?.has('dry_run') ?? false })}
<p class="hint">Follows are asked for one by one, and slowly for each server: they may have to be approved there.</p>
${submitButton('Bring it')}
</form>`
}

function history(member: Member, imports: readonly Import[]): Html {
  return markup`<section class="panel" aria-labelledby="imports">
<h2 id="imports">What you brought</h2>
<ul class="sessions">
${imports.map((each) => importLine(member, each))}</ul>
</section>`
}

function importLine(member: Member, row: Import): Html {
  const kind = Object.hasOwn(importKinds, row.kind) ? importKinds[row.kind as ImportKind].title : 'Archive'
  const canStop = isUnderWay(row)
  return markup`<li><p><strong>${kind}</strong>${row.dryRun && ' (only tried)'}</p>
<p class="hint">${row.fileName !== '' && markup`${row.fileName}, `}${formatMoment(row.createdAt, 'moment')}</p>
${canStop && progress(`${row.position} of ${row.total ?? '…'}`, Number(row.position), row.total)}
<p>${describe(row)}</p>
${row.problem !== null && markup`<p class="field-problem">${row.problem}</p>`}
${canStop && smallForm(member, 'stop', row.id, 'Stop')}
${row.failed > 0 && smallForm(member, 'failures', row.id, 'Save what failed, with the reasons')}</li>
`
}

function smallForm(member: Member, action: string, id: string, label: string): Html {
  return markup`<form method="post" action="/settings/import/${action}">${member.token}
<input type="hidden" name="id" value="${id}">
${submitButton(label, 'plain')}</form>`
}

const endings: Readonly<Record<string, string>> = {
  done: 'Done: ',
  failed: 'It ended: ',
  cancelled: 'Stopped: ',
}

/** What became of it, or would. */
function describe({ state, dryRun, added, kept, failed, removed, mode }: Import): string {
  const would = dryRun ? 'would be ' : ''
  const parts = [
    `${formatCount(added, 'row')} ${would}added`,
    `${kept} there before`,
    `${failed} failed`,
    ...(mode === 'overwrite' ? [`${removed} ${would}removed`] : []),
  ]
  return `${endings[state] ?? ''}${parts.join(', ')}.`
}
