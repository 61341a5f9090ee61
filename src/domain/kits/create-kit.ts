import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { listCurrentKeys, type AccountKey } from '../../store/keys.ts'
import { replaceKit, updateKit, type Kit } from '../../store/kits.ts'
import { actorUri, handleOf } from '../accounts/addresses.ts'
import { recordAct, type Act } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { findStandby, type Standby } from './find-standby.ts'
import { createKitHeader } from './kit-keys.ts'
import { checkPassphrase, deriveClaim, digestClaim } from './passphrase.ts'
import { sealLetters } from './seal-letters.ts'
import { requireKit } from './write-copy.ts'

/** What a member decides about their kit. */
export type KitChoices = {
  /** To whom letters lead, by handle or id; none are signed without. */
  readonly standby?: string | undefined
  /** The private keys of the account, which speak for it to everybody and can be taken back by nobody. */
  readonly withKey: boolean
  /** The files, and not only what they are known by and where they are. */
  readonly withMedia: boolean
  readonly ip?: string | undefined
}

/**
 * A kit in place of the one that there was. Copies of that one keep opening with its passphrase. The passphrase is
 * forgotten when this returns: whoever makes copies later does not need it.
 * @throws DomainError `invalid` for a passphrase that is too short, and as `findStandby` does
 */
export async function createKit(
  ctx: Context,
  account: Actor,
  passphrase: string,
  choices: KitChoices,
): Promise<void> {
  checkPassphrase(passphrase)
  const standby = await prepareStandby(ctx, account, choices.standby)
  const signing = await findProofKey(ctx, account)
  const actor = actorUri(ctx.config, account)
  const owner = { account: `@${handleOf(ctx.config, account)}`, actor, signed_by: signing.publicKey }
  const header = await createKitHeader(passphrase, owner)
  const claim = await deriveClaim(passphrase, actor)
  await transact(ctx, async (tx) => {
    await replaceKit(tx.db, {
      ...{ accountId: account.id, header: JSON.stringify(header), signingKeyId: signing.id },
      ...{ claimDigest: digestClaim(claim), createdAt: tx.now(), ...columnsOf(standby, choices) },
    })
    await announce(tx, account, choices.withKey ? 'kit.keyed' : 'kit.made', choices)
  })
}

/**
 * Changes what goes into the copies that are made from now on, to the same passphrase.
 * @throws DomainError `not_found` when there is no kit, and as `findStandby` does
 */
export async function changeKit(ctx: Context, account: Actor, choices: KitChoices): Promise<void> {
  const kit = await requireKit(ctx, account.id)
  const kept = await findKept(ctx, kit, choices.standby)
  const standby = kept ?? (await prepareStandby(ctx, account, choices.standby))
  const act = choices.withKey && !kit.includesKey ? 'kit.keyed' : 'kit.changed'
  await transact(ctx, async (tx) => {
    await updateKit(tx.db, account.id, columnsOf(standby, choices))
    await announce(tx, account, act, choices)
  })
}

/** The standby that there is, if it is meant: having agreed before, it may be out of reach now. */
async function findKept(
  { config, db }: Context,
  { standbyId, standbyUri }: Kit,
  name: string | undefined,
): Promise<{ id: string | null; uri: string } | undefined> {
  if (name === undefined || standbyUri === null) return undefined
  const actor = standbyId === null ? undefined : await findActor(db, standbyId)
  const names = [standbyUri, ...(actor === undefined ? [] : [handleOf(config, actor)])]
  return names.includes(name.replace(/^@/, '')) ? { id: standbyId, uri: standbyUri } : undefined
}

/** With letters to it: what cannot be signed is known before anything is promised. */
async function prepareStandby(
  ctx: Context,
  account: Actor,
  name: string | undefined,
): Promise<Standby | undefined> {
  if (name === undefined) return undefined
  const standby = await findStandby(ctx, account, name)
  await sealLetters(ctx, account, standby.uri)
  return standby
}

async function findProofKey({ db }: Context, { id, username }: Actor): Promise<AccountKey> {
  const key = (await listCurrentKeys(db, id)).find(({ kind }) => kind === 'ed25519')
  if (key === undefined) throw new DomainError('unavailable', `${username} has no key to sign a kit with.`)
  return key
}

function columnsOf(
  standby: { readonly id: string | null; readonly uri: string } | undefined,
  { withKey, withMedia }: KitChoices,
) {
  return {
    standbyUri: standby?.uri ?? null,
    standbyId: standby?.id ?? null,
    includesKey: withKey,
    includesMedia: withMedia,
  }
}

/** Noted, mailed, and brought to wherever copies go. */
async function announce(tx: TxContext, { id }: Actor, act: Act, choices: KitChoices): Promise<void> {
  const { withKey, withMedia, standby, ip } = choices
  const detail = { key: withKey, media: withMedia, standby: standby !== undefined }
  await recordAct(tx, id, act, { detail, ip })
  await noticeMember(tx, id, act)
  await enqueue(tx, 'kit.refresh', { accountId: id, destinationId: null, attempt: 0 })
}
