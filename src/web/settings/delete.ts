import { leave } from '../../domain/accounts/leave.ts'
import { DomainError } from '../../lib/errors.ts'
import { markup } from '../html.ts'
import { checkbox, inputField, submitButton } from '../parts/form-page.ts'
import { clearCookie } from '../sign-in/cookies.ts'
import { panelForm, type SettingsPage } from './page.ts'

/** How a member leaves for good. */
export const deletePage: SettingsPage = {
  path: '/settings/delete',
  title: 'Delete your account',
  about: 'Leave this place for good',
  needsProof: true,
  async show(_ctx, member) {
    const { actor, role } = member
    const name = {
      name: 'username',
      label: `Type ${actor.username} to show that you mean it`,
      autocomplete: 'off',
    }
    return panelForm(
      member,
      '/settings/delete/confirm',
      undefined,
      markup`<p>At once, your profile and your posts are hidden, and you are signed out everywhere.</p>
<p>For 30 days you can change your mind: sign in, and keep the account.</p>
<p>After that everything is deleted: your posts, your files, whom you follow, your address. Other servers are asked to
delete what they know of you. The name ${actor.username} is never given to anybody again.</p>
${inputField({ ...name, maxLength: 30 })}
${role === 'owner' && checkbox({ name: 'last_owner', label: 'Also if nobody is left then who owns this place' })}
${submitButton('Delete my account', 'danger')}`,
    )
  },
  actions: {
    confirm: {
      async take(ctx, { actor, request, response }, fields) {
        if (fields.text('username').trim().toLowerCase() !== actor.username.toLowerCase())
          throw new DomainError('invalid', 'That is not the name of your account.')
        await leave(ctx, actor, { evenLastOwner: fields.has('last_owner'), ip: request.ip })
        clearCookie(ctx.config, response, 'session')
        return { next: '/auth/sign_in?note=leaving' }
      },
    },
  },
}
