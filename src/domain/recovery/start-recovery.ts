import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { importPrivateKeyDer } from '../../lib/signatures/keys.ts'
import { dayMs } from '../../lib/time.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { lockAliases, setAliases } from '../../store/moves.ts'
import {
  deleteRecovery,
  hasFormerKey,
  lockBegun,
  lockRecovery,
  replaceKit,
  updateRecovery,
  upsertFormerIdentity,
  type Recovery,
} from '../../store/recoveries.ts'
import { deleteItems } from '../../store/recovery-items.ts'
import { storeFormerKeys } from '../accounts/keys.ts'
import { recordAct, type ActDetail } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { scheduleTurn } from './schedule-turn.ts'
import { unsealOpener, type Opener } from './kit-copy.ts'
import { forgetFiles } from './kit-files.ts'

/**
 * The member said yes: the account is who it was elsewhere as well, with its key if the kit has it, and says so in its
 * profile. All else is restored by a job. A newer kit of the same address goes on with the recovery that there is.
 * @param how `ip` of the browser, if there is one; `restMs` before the job begins, where the caller begins itself
 * @returns the recovery that runs
 * @throws DomainError `not_found` unless the account has opened it, `conflict` when somebody else was quicker
 */
export async function startRecovery(
  ctx: Context,
  account: Actor,
  openedId: string,
  { ip, restMs = 0 }: Pick<ActDetail, 'ip'> & { readonly restMs?: number } = {},
): Promise<string> {
  return transact(ctx, async (tx) => {
    const opened = await lockRecovery(tx.db, openedId)
    if (opened?.accountId !== account.id || opened.state !== 'opened' || opened.kitOpener === null)
      throw new DomainError('not_found', 'There is no such recovery: open the kit again.')
    const secret = unsealOpener(tx, opened.kitOpener)
    const formerIdentityId = await becomeFormer(tx, account, opened, secret)
    const begun = await lockBegun(tx.db, account.id, opened.formerUri)
    const id = begun?.id ?? opened.id
    if (begun !== undefined) {
      await replaceKit(tx.db, id, opened)
      await forgetFiles(tx, id)
      if (begun.kitMadeAt.getTime() !== opened.kitMadeAt.getTime()) await deleteItems(tx.db, id)
      await deleteRecovery(tx.db, opened.id)
    }
    const startedAt = begun?.startedAt ?? tx.now()
    const sweeps = begun === undefined ? { nextSweepAt: new Date(startedAt.getTime() + 8 * dayMs) } : {}
    await updateRecovery(tx.db, id, { state: 'restoring', formerIdentityId, startedAt, ...sweeps })
    await scheduleTurn(tx, id, new Date(tx.now().getTime() + restMs))
    const { formerHandle: from, hasKey } = opened
    await recordAct(tx, account.id, 'kit.used', { detail: { from, withKey: hasKey }, ip })
    await noticeMember(tx, account.id, 'kit.used')
    return id
  })
}

const maxAliases = 50

async function becomeFormer(
  tx: TxContext,
  account: Actor,
  { formerUri, formerHandle }: Recovery,
  { document, keys }: Opener,
): Promise<string> {
  const identity = await upsertFormerIdentity(tx.db, {
    id: tx.newId(),
    accountId: account.id,
    actorUri: formerUri,
    handle: formerHandle,
    document,
    createdAt: tx.now(),
  })
  if (identity.accountId !== account.id)
    throw new DomainError('conflict', `Another account here came back as ${formerHandle} already.`)
  for (const { kind, key_id: keyId, public_key: publicKey, private_key: der } of keys) {
    if (await hasFormerKey(tx.db, identity.id, kind)) continue
    const fragment = keyId.slice(keyId.indexOf('#') + 1)
    const privateKey = importPrivateKeyDer(Buffer.from(der, 'base64'))
    const owner = { accountId: account.id, formerIdentityId: identity.id }
    await storeFormerKeys(tx, owner, [{ kind, fragment, publicKey, privateKey }])
  }
  const aliases = await lockAliases(tx.db, account.id)
  if (!aliases.includes(formerUri)) {
    const kept = [formerUri, ...aliases].slice(0, maxAliases)
    await setAliases(tx.db, account.id, kept, tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
  }
  return identity.id
}
