import { createReadStream } from 'node:fs'
import type { Context } from '../../context.ts'
import { kitLimits } from '../../domain/kits/kit-format.ts'
import { openLocker } from '../../domain/lockers/open-locker.ts'
import { dropOpened, openRecovery } from '../../domain/recovery/open-recovery.ts'
import { startRecovery } from '../../domain/recovery/start-recovery.ts'
import { DomainError } from '../../lib/errors.ts'
import { findOpened, listLetterKinds, listRecoveries, type Recovery } from '../../store/recoveries.ts'
import { formatCount, formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { inputField, submitButton } from '../parts/form-page.ts'
import { panelForm, type Member, type SettingsPage } from './page.ts'

/** Coming back from a server that is gone: the kit is opened, shown, and used when the member says so. */
export const recoverPage: SettingsPage = {
  path: '/settings/recover',
  title: 'Come back from a server that is gone',
  about: 'With the recovery kit of the account that you had there',
  needsProof: true,
  notes: { dropped: 'The kit was put away. Nothing was changed.' },
  async show(ctx, member) {
    const opened = await findOpened(ctx.db, member.actor.id)
    const begun = await listRecoveries(ctx.db, member.actor.id)
    return markup`${begun.length > 0 && goOn}
${
  opened === undefined
    ? markup`${openForm(member)}
${lockerForm(member)}`
    : await showOpened(ctx, member, opened)
}`
  },
  actions: {
    open: {
      maxFileBytes: kitLimits.fileBytes,
      async take(ctx, { actor }, fields) {
        const file = fields.file('kit')
        if (file === undefined) throw new DomainError('invalid', 'Choose the file of your kit.')
        await openRecovery(ctx, actor, createReadStream(file.path), fields.text('passphrase'))
      },
    },
    locker: {
      async take(ctx, { actor }, fields) {
        const [passphrase, former] = [fields.text('locker_passphrase'), fields.text('former').trim()]
        const kit = openLocker(ctx, fields.text('host').trim(), former, passphrase)
        await openRecovery(ctx, actor, kit, passphrase)
      },
    },
    start: {
      async take(ctx, { actor, request }, fields) {
        await startRecovery(ctx, actor, fields.text('id'), { ip: request.ip })
        return { next: '/settings/recovery?done=started' }
      },
    },
    drop: {
      async take(ctx, { actor }) {
        await dropOpened(ctx, actor)
        return { note: 'dropped' }
      },
    },
  },
}

const goOn = markup`<p class="panel"><a href="/settings/recovery">See how far you have come back</a></p>`

function openForm(member: Member): Html {
  const isAgain = member.typed?.has('passphrase') === true
  return markup`<form class="panel form" method="post" action="/settings/recover/open" enctype="multipart/form-data">
${member.token}
<h2>Open your kit</h2>
<p>Only if your old server does not answer any more. While it does, move from there instead: your followers come along by
themselves.</p>
<p class="field"><label for="kit">The kit</label>
<input id="kit" name="kit" type="file" accept=".kit" required>${isAgain && markup`\n<span class="hint">Choose the file again, too: it was not kept.</span>`}</p>
${inputField({ name: 'passphrase', label: 'Its passphrase', type: 'password', autocomplete: 'off' })}
<p class="hint">You are shown what it holds, and are asked before anything is done.</p>
${submitButton('Open it')}
</form>`
}

function lockerForm(member: Member): Html {
  const field = (name: string, label: string, hint: string) =>
    inputField({ name, label, hint, value: member.typed?.text(name) ?? '', autocomplete: 'off' })
  return panelForm(
    member,
    '/settings/recover/locker',
    'Fetch it from a locker',
    markup`${field('host', 'The server that keeps it', 'Such as haven.example')}
${field('former', 'Who you were', 'Such as @you@old.example')}
${inputField({ name: 'locker_passphrase', label: 'The passphrase of the kit', type: 'password', autocomplete: 'off' })}
${submitButton('Fetch it')}`,
  )
}

const names: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  followers: ['follower'],
  follows: ['account that you followed', 'accounts that you followed'],
  posts: ['post or boost', 'posts and boosts'],
  media: ['file'],
  lists: ['list'],
  blocks: ['block'],
  mutes: ['mute'],
  domain_blocks: ['blocked domain'],
  notes: ['note on somebody', 'notes on people'],
  filters: ['filter'],
  bookmarks: ['bookmark'],
}

async function showOpened(ctx: Context, member: Member, opened: Recovery): Promise<Html> {
  const { id, formerHandle, kitMadeAt, facts, hasKey } = opened
  const counts = Object.entries(names).flatMap(([kind, [one, many]]) => {
    const count = Number(facts[kind] ?? 0)
    return count > 0 ? [markup`<li>${formatCount(count, one, many)}</li>\n`] : []
  })
  const letters = await listLetterKinds(ctx.db, id)
  return markup`${panelForm(
    member,
    '/settings/recover/start',
    markup`@${formerHandle}`,
    markup`<input type="hidden" name="id" value="${id}">
<p>This kit was made ${formatMoment(kitMadeAt, 'moment')}. It holds</p>
<ul>
${counts}</ul>
${hasKey ? withKey : withLetters(letters)}
<p>Your account here will say that it was @${formerHandle}. Posts come with their dates, and nobody is told of them. Your
followers are asked to follow you here, and are let in at once. Whom you followed is asked again.</p>
<p><strong>What cannot be kept:</strong> the old addresses of your posts lead nowhere but here, followers who came after the
kit was made do not learn of it, and some servers follow no move at all. You see of each follower what became of them.</p>
${submitButton('Come back')}`,
  )}
<form class="form" method="post" action="/settings/recover/drop">${member.token}${submitButton('Put it away', 'plain')}</form>`
}

const withKey = markup`<p>It has the key of your old account: all servers that know moves believe it.</p>`

function withLetters(kinds: ReadonlySet<string>): Html {
  const misskey = kinds.has('update')
  return markup`<p>It has letters that you signed there, and not the key. They are believed by Mastodon, Mitra, Friendica,
Holdfast${misskey ? ', applications of Fedify such as Hollo and Ghost, and Misskey before 2024.5' : ' and applications of Fedify such as Hollo and Ghost'}. GoToSocial, Akkoma, Pleroma, snac2 and
BookWyrm believe only the key: followers there cannot be told. Later versions of Misskey and its relatives take a letter and
do nothing.</p>`
}
