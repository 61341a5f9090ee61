import { createHmac } from 'node:crypto'
import type { TxContext } from '../../context.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import { insertAuditEntry } from '../../store/audit-log.ts'

/** What members are shown that was done with their account. */
export const acts = {
  'account.made': 'The account was made',
  sign_in: 'Signed in',
  'session.ended': 'A session was ended',
  'email.confirmed': 'The e-mail address was confirmed',
  'email.asked': 'Another e-mail address was asked for',
  'email.changed': 'The e-mail address was changed',
  'password.changed': 'The password was changed',
  'password.reset': 'The password was set anew by a link in a mail',
  'token.revoked': 'An app was signed out',
  'deletion.asked': 'The account was to be deleted',
  'deletion.undone': 'The account is kept after all',
  'application.approved': 'Let in by those who run this place',
  'kit.made': 'A recovery kit was made',
  'kit.keyed': 'A recovery kit with the private key was made',
  'kit.changed': 'What the recovery kit holds was changed',
  'kit.taken': 'The recovery kit was downloaded',
  'kit.used': 'A recovery kit was used',
  'kit.placed': 'Copies of the recovery kit go to another place, too',
  'kit.unplaced': 'Copies of the recovery kit go to one place less',
  'kit.unsent': 'Copies of the recovery kit did not arrive',
  'locker.made': 'A locker was made',
  'locker.opened': 'A locker was opened',
  'locker.removed': 'A locker was removed',
  'key.changed': 'A key of the account was changed',
  'move.started': 'The account was moved away',
  'move.cancelled': 'The move was taken back',
  'archive.asked': 'An archive was asked for',
  'archive.made': 'An archive was made',
  'archive.exported': 'An archive was written at the command line',
  'archive.taken': 'An archive was downloaded',
} as const

export type Act = keyof typeof acts

export type ActDetail = {
  /** Short facts that may stand in clear for a year: never a secret, never an address. */
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
  /** Where the request came from, as the socket or a trusted proxy says: only a keyed digest of it is kept. */
  readonly ip?: string | undefined
}

/** Notes what was done with an account, in the transaction that does it. */
export async function recordAct(
  tx: TxContext,
  accountId: string,
  act: Act,
  { detail = {}, ip }: ActDetail = {},
): Promise<void> {
  const network = ip === undefined ? null : digestNetwork(tx, ip)
  await insertAuditEntry(tx.db, { id: tx.newId(), accountId, act, detail, network, at: tx.now() })
}

/** Eight letters by which a member tells one place from another; without the root secret nobody learns which. */
function digestNetwork({ keyring }: Pick<TxContext, 'keyring'>, ip: string): string {
  const key = keyring.derive('audit-network')
  return createHmac('sha256', key).update(clientNetwork(ip)).digest('hex').slice(0, 8)
}
