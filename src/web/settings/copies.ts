import {
  addDestination,
  lockerDestination,
  mailDestination,
  removeDestination,
  sendNow,
  webdavDestination,
} from '../../domain/kits/choose-destinations.ts'
import type { Context } from '../../context.ts'
import { listKitDestinations, type KitDestination } from '../../store/kit-destinations.ts'
import { findKit } from '../../store/kits.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { checkbox, inputField, submitButton } from '../parts/form-page.ts'
import { panelForm, type Member, type SettingsPage } from './page.ts'

/** Where copies of the recovery kit go by themselves. */
export const copiesPage: SettingsPage = {
  path: '/settings/copies',
  title: 'Copies of your kit',
  about: 'Where your recovery kit goes by itself, every day',
  needsProof: true,
  notes: {
    added: 'Copies go there from now on; the first one is on its way.',
    removed: 'No more copies go there. Those that lie there stay.',
    sending: 'A copy is on its way. Load this page again to see whether it has arrived.',
  },
  show: showDestinations,
  actions: {
    'by-mail': {
      async take(ctx, { actor, request }, fields) {
        await addDestination(ctx, actor, mailDestination(fields.has('weekly') ? 7 : 1), request.ip)
        return { note: 'added' }
      },
    },
    'to-locker': {
      async take(ctx, { actor, request }, fields) {
        await addDestination(ctx, actor, lockerDestination(ctx, fields.text('locker')), request.ip)
        return { note: 'added' }
      },
    },
    'to-folder': {
      async take(ctx, { actor, request }, fields) {
        const [address, username] = [fields.text('folder'), fields.text('username')]
        const chosen = webdavDestination(ctx, { address, username, password: fields.text('password') })
        await addDestination(ctx, actor, chosen, request.ip)
        return { note: 'added' }
      },
    },
    send: {
      async take(ctx, { actor }, fields) {
        await sendNow(ctx, actor, fields.text('place'))
        return { note: 'sending' }
      },
    },
    remove: {
      async take(ctx, { actor, request }, fields) {
        await removeDestination(ctx, actor, fields.text('place'), request.ip)
        return { note: 'removed' }
      },
    },
  },
}

async function showDestinations(ctx: Context, member: Member): Promise<Html> {
  const kit = await findKit(ctx.db, member.actor.id)
  if (kit === undefined)
    return markup`<p class="panel">There is no recovery kit of your account yet. <a href="/settings/kit">Make one first.</a></p>`
  const destinations = await listKitDestinations(ctx.db, member.actor.id)
  return markup`<p class="panel">A copy that lies on this server alone is lost with it. Where copies go by themselves they are renewed
every day, and when your followers change by a twentieth. Without the passphrase a copy tells nothing.</p>
${destinations.map((each) => destinationPanel(member, each))}
${lockerForm(member)}
${folderForm(member)}
${!destinations.some(({ kind }) => kind === 'email') && mailForm(member)}`
}

function destinationPanel(member: Member, destination: KitDestination): Html {
  const { id, label, sentAt, failedAt, problem } = destination
  const place = markup`<input type="hidden" name="place" value="${id}">`
  return markup`<section class="panel form" aria-labelledby="place-${id}">
<h2 id="place-${id}">${label}</h2>
<p>${sentAt === null ? 'No copy has arrived yet.' : markup`The latest copy arrived ${formatMoment(sentAt, 'moment')}.`}</p>
${failedAt !== null && markup`<p class="notice problem">Copies do not arrive since ${formatMoment(failedAt, 'moment')}. ${problem}</p>`}
<form method="post" action="/settings/copies/send">${member.token}${place}
${submitButton('Send a copy now', 'plain')}</form>
<form method="post" action="/settings/copies/remove">${member.token}${place}
${submitButton('Send no more there', 'danger')}</form>
</section>
`
}

function lockerForm(member: Member): Html {
  const hint =
    'Somebody with an account on another Holdfast server makes a locker there, in the settings, and gives you its address.'
  return panelForm(
    member,
    '/settings/copies/to-locker',
    'To a locker on another server',
    markup`${inputField({ name: 'locker', label: 'Address of the locker', type: 'password', autocomplete: 'off', maxLength: 2000, hint })}
${submitButton('Send copies there')}`,
  )
}

function folderForm(member: Member): Html {
  const { typed } = member
  const hint = 'Such as a folder of Nextcloud: its WebDAV address. Give a password that is for this alone.'
  const field = { autocomplete: 'off', maxLength: 2000 } as const
  return panelForm(
    member,
    '/settings/copies/to-folder',
    'To a WebDAV folder',
    markup`${inputField({ ...field, name: 'folder', label: 'Address of the folder', type: 'url', value: typed?.text('folder'), hint })}
${inputField({ ...field, name: 'username', label: 'User name there', value: typed?.text('username') })}
${inputField({ ...field, name: 'password', label: 'Password there', type: 'password', hint: 'It is kept encrypted, and never shown again.' })}
${submitButton('Send copies there')}`,
  )
}

function mailForm(member: Member): Html {
  return panelForm(
    member,
    '/settings/copies/by-mail',
    'By mail',
    markup`<p>To the address of your account, as an attachment of up to 10 MiB.</p>
${checkbox({ name: 'weekly', label: 'Once a week is enough' })}
${submitButton('Send copies by mail')}`,
  )
}
