import { askToChangeEmail } from '../../domain/accounts/confirm-email.ts'
import { acts, type Act } from '../../domain/audit/record-act.ts'
import { changePassword } from '../../domain/auth/change-password.ts'
import { shortestPassword } from '../../domain/auth/password-rule.ts'
import { DomainError } from '../../lib/errors.ts'
import { listAuditEntries, type AuditEntry } from '../../store/audit-log.ts'
import { findUser } from '../../store/users.ts'
import { formatMoment } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { checkbox, inputField, submitButton } from '../parts/form-page.ts'
import { panelForm, type Member, type SettingsPage } from './page.ts'

const actsShown = 30

/** How a member signs in, and what was done with the account. */
export const accountPage: SettingsPage = {
  path: '/settings/account',
  title: 'E-mail and password',
  about: 'How you sign in, and what was done with your account',
  needsProof: true,
  notes: {
    asked: 'Open the link that was sent to the new address: from then on it is yours here.',
    password: 'Your password is changed, and all other browsers are signed out.',
  },
  async show(ctx, member) {
    const user = await findUser(ctx.db, member.actor.id)
    const entries = await listAuditEntries(ctx.db, member.actor.id, actsShown)
    return markup`${emailForm(member, user?.email ?? '')}
${passwordForm(member)}
${history(entries)}`
  },
  actions: {
    email: {
      async take(ctx, { actor, request }, fields) {
        await askToChangeEmail(ctx, actor, fields.text('email'), request.ip)
        return { note: 'asked' }
      },
    },
    password: {
      async take(ctx, { actor, session, request }, fields) {
        const password = fields.text('password')
        if (password !== fields.text('again'))
          throw new DomainError('invalid', 'The two passwords are not the same.')
        const keepsApps = fields.has('keep_apps')
        await changePassword(ctx, actor.id, {
          password,
          keepsApps,
          session: session.tokenDigest,
          ip: request.ip,
        })
        return { note: 'password' }
      },
    },
  },
}

function emailForm(member: Member, email: string): Html {
  const field = { name: 'email', label: 'New e-mail address', type: 'email', autocomplete: 'email' } as const
  return panelForm(
    member,
    '/settings/account/email',
    'E-mail address',
    markup`<p>Mail goes to <strong>${email}</strong>. Nobody else sees it.</p>
${inputField({ ...field, maxLength: 320, value: member.typed?.text('email') })}
${submitButton('Change the address')}`,
  )
}

function passwordForm(member: Member): Html {
  const common = { type: 'password', autocomplete: 'new-password', minLength: shortestPassword } as const
  return panelForm(
    member,
    '/settings/account/password',
    'Password',
    markup`${inputField({ ...common, name: 'password', label: 'New password', hint: `At least ${shortestPassword} characters.` })}
${inputField({ ...common, name: 'again', label: 'The same again' })}
${checkbox({ name: 'keep_apps', label: 'Apps stay signed in' })}
${submitButton('Change the password')}`,
  )
}

function history(entries: readonly AuditEntry[]): Html {
  return markup`<section class="panel" aria-labelledby="history">
<h2 id="history">What was done with your account</h2>
<ul class="sessions">
${entries.map(entryLine)}</ul>
<p class="hint">The same letters mean the same network. Which one it was is not kept.</p>
</section>`
}

function entryLine({ act, at, network }: AuditEntry): Html {
  const what = Object.hasOwn(acts, act) ? acts[act as Act] : act
  return markup`<li><p>${what}</p>
<p class="hint">${formatMoment(at, 'moment')}${network !== null && markup`, network <code>${network}</code>`}</p></li>
`
}
