import type { TxContext } from '../../context.ts'
import { countAuditEntries } from '../../store/audit-log.ts'
import { findUser } from '../../store/users.ts'
import { findActor } from '../../store/actors.ts'
import { handleOf } from '../accounts/addresses.ts'
import type { Act } from '../audit/record-act.ts'
import { sendMail } from './send-mail.ts'

/** What a member should learn of by mail, since it may not have been them. */
const notices: Partial<Record<Act, { subject: string; what: string }>> = {
  'password.changed': {
    subject: 'Your password was changed',
    what: 'The password of your account was changed.',
  },
  'password.reset': {
    subject: 'Your password was changed',
    what: 'The password of your account was set anew by a link that we sent to this address. All browsers and apps were signed out.',
  },
  'email.asked': {
    subject: 'Another e-mail address for your account',
    what: 'Somebody asked to use another e-mail address for your account. It holds as soon as it is confirmed there.',
  },
  'email.changed': {
    subject: 'Your e-mail address was changed',
    what: 'The e-mail address of your account was changed, and mail goes to the new one only.',
  },
  'deletion.asked': {
    subject: 'Your account will be deleted',
    what: 'Your account was to be deleted. It is hidden from everybody, and all browsers and apps were signed out. For 30 days you can keep it after all by signing in.',
  },
  'deletion.undone': {
    subject: 'Your account is kept',
    what: 'Your account is not deleted, and is shown again.',
  },
  'kit.made': {
    subject: 'A recovery kit was made',
    what: 'A recovery kit of your account was made. Whoever has it and its passphrase can take your account along.',
  },
  'kit.keyed': {
    subject: 'A recovery kit with your private key was made',
    what: 'A recovery kit of your account was made that holds its private key. Whoever has it and its passphrase can speak as you.',
  },
  'kit.changed': {
    subject: 'Your recovery kit was changed',
    what: 'What your recovery kit holds was changed: the account that it leads to, or the files in it.',
  },
  'kit.used': { subject: 'A recovery kit was used', what: 'A recovery kit of your account was used.' },
  'kit.placed': {
    subject: 'Copies of your recovery kit go to another place',
    what: 'From now on copies of your recovery kit go to another place, too. Your settings say where.',
  },
  'locker.opened': {
    subject: 'Your locker was opened',
    what: 'What lies in a locker of yours here was handed out, to somebody who knows its passphrase.',
  },
  'key.changed': { subject: 'A key was changed', what: 'A key that signs for your account was changed.' },
  'move.started': {
    subject: 'Your account is moving',
    what: 'Your account was moved to another server, and your followers are asked to follow you there.',
  },
  'move.cancelled': { subject: 'Your move was taken back', what: 'Your account is back here.' },
  'archive.exported': {
    subject: 'An archive of your account was made',
    what: 'Somebody who runs this place made an archive of your account at its command line: your posts of every kind, your pictures and your lists.',
  },
}

/** Whoever was told so often of the same within an hour knows. */
const perHour = 10

/**
 * Tells a member by mail of something that concerns the safety of their account.
 * @param to another address than the one that the account has, such as the one that it had
 */
export async function noticeMember(tx: TxContext, accountId: string, act: Act, to?: string): Promise<void> {
  const [notice, user, account] = [
    notices[act],
    await findUser(tx.db, accountId),
    await findActor(tx.db, accountId),
  ]
  if (notice === undefined || user === undefined || account === undefined) return
  const lately = new Date(tx.now().getTime() - 3600_000)
  if ((await countAuditEntries(tx.db, accountId, act, lately)) > perHour) return
  const { origin } = tx.config
  await sendMail(tx, act, to ?? user.email, {
    subject: notice.subject,
    paragraphs: [`Hello @${handleOf(tx.config, account)},`, notice.what],
    after: [
      `If that was you, there is nothing to do. If not, choose another password at once: ${origin}/auth/password/new`,
    ],
  })
}
