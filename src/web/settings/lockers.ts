import type { Context } from '../../context.ts'
import { readSettings, type InstanceSettings } from '../../domain/instance/settings.ts'
import { makeLocker, removeLocker } from '../../domain/lockers/keep-locker.ts'
import { listLockers, type Locker } from '../../store/lockers.ts'
import { formatMoment } from '../format.ts'
import { sendPage } from '../forms.ts'
import { markup, type Html } from '../html.ts'
import { submitButton } from '../parts/form-page.ts'
import { showSettings } from './frame.ts'
import { panelForm, type Member, type SettingsPage } from './page.ts'

/** Places that a member keeps for kits of accounts elsewhere. */
export const lockersPage: SettingsPage = {
  path: '/settings/lockers',
  title: 'Lockers',
  about: 'Keep recovery kits of accounts on other servers safe here',
  needsProof: true,
  notes: { removed: 'The locker is gone, and what lay in it.' },
  show: showLockers,
  actions: {
    make: {
      async take(ctx, member) {
        const { address } = await makeLocker(ctx, member.actor, member.request.ip)
        showAddress(ctx, member, address)
      },
    },
    remove: {
      async take(ctx, { actor, request }, fields) {
        await removeLocker(ctx, actor, fields.text('locker'), request.ip)
        return { note: 'removed' }
      },
    },
  },
}

async function showLockers(ctx: Context, member: Member): Promise<Html> {
  const lockers = await listLockers(ctx.db, member.actor.id)
  const settings = await readSettings(ctx)
  return markup`${explanation(settings)}
${lockers.map((locker, index) => lockerPanel(member, locker, index + 1))}
${lockers.length < settings.lockersPerAccount && makeForm(member)}`
}

function explanation({ lockerMib, lockersPerAccount }: InstanceSettings): Html {
  return markup`<section class="panel" aria-labelledby="what">
<h2 id="what">What a locker is for</h2>
<p>Your account on another Holdfast server, or a friend’s, can put its recovery kit here, and renews it by itself. When
that server is gone, the kit is handed out to whoever knows its passphrase. Nobody here can read it.</p>
<p class="hint">You may have ${lockersPerAccount}, of up to ${lockerMib} MiB each. A kit of your account here belongs elsewhere: it would be lost with this server.</p>
</section>`
}

function makeForm(member: Member): Html {
  return panelForm(
    member,
    '/settings/lockers/make',
    'Another locker',
    markup`<p>You are shown an address. Whoever has it can put a kit into the locker, and nothing else.</p>
${submitButton('Make a locker')}`,
  )
}

function lockerPanel(
  member: Member,
  { id, bytes, createdAt, filledAt, handedOutAt }: Locker,
  number: number,
): Html {
  return panelForm(
    member,
    '/settings/lockers/remove',
    `Locker ${number}`,
    markup`<input type="hidden" name="locker" value="${id}">
<p>${filledAt === null ? markup`Nothing has come yet. Made ${formatMoment(createdAt, 'moment')}.` : markup`Holds ${formatKib(Number(bytes))}, brought ${formatMoment(filledAt, 'moment')}.`}</p>
${handedOutAt !== null && markup`<p class="notice">Handed out ${formatMoment(handedOutAt, 'moment')}, to somebody who knows its passphrase.</p>`}
${submitButton('Remove it, with what is in it', 'danger')}`,
  )
}

/** It is nowhere else: this page is not kept by browsers, and loading it again makes another locker. */
function showAddress(ctx: Context, member: Member, address: string): void {
  const body = markup`<section class="panel" aria-labelledby="address">
<h2 id="address">The address of your new locker</h2>
<p>Copy all of it now: it is shown this once. On the other server, it belongs under “Copies of your kit” in the settings.</p>
<p><code class="copyable code">${address}</code></p>
<p class="actions"><a class="button" href="/settings/lockers">I have copied it</a></p>
</section>`
  const html = showSettings(ctx, lockersPage, { body, refreshSeconds: 0 }, {})
  sendPage(member.response, html)
}

function formatKib(bytes: number): string {
  const mib = bytes / 1_048_576
  return mib >= 1 ? `${mib.toFixed(1)} MiB` : `${Math.ceil(bytes / 1024)} KiB`
}
