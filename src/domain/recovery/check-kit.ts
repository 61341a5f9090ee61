import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { importPrivateKeyDer, parseMultikey, parsePublicKey } from '../../lib/signatures/keys.ts'
import type { Actor } from '../../store/actors.ts'
import { listRemoteKeysOf } from '../../store/keys.ts'
import { findFormerIdentity, type RecoveryLetter } from '../../store/recoveries.ts'
import { actorUri, localUsername } from '../accounts/addresses.ts'
import type { FormerKey } from '../accounts/keys.ts'
import type { KitItem } from '../kits/kit-items.ts'
import { isSameKey, readDocumentKeys } from './document-keys.ts'
import type { KitSummary } from './read-summary.ts'

/** By what a kit gives the right to speak for the account that it is of. */
export type Warrant = { readonly keys: readonly FormerKey[]; readonly letters: readonly RecoveryLetter[] }

/**
 * Whether a kit may be used for an account of ours: with the key of the address that it is of, or with letters from
 * there that name this account and no other. What this server knows of the keys of that address must agree.
 * @throws DomainError `forbidden`, `conflict`, `invalid` in a sentence that says what to do
 */
export async function checkKit(ctx: Context, account: Actor, kit: KitSummary): Promise<Warrant> {
  const { owner, profile } = kit
  if (localUsername(ctx.config, owner.actor) !== undefined)
    throw new DomainError(
      'invalid',
      `${owner.account} is an account of this server: there is nowhere to come back from.`,
    )
  const claimed = await findFormerIdentity(ctx.db, owner.actor)
  if (claimed !== undefined && claimed.accountId !== account.id)
    throw new DomainError('conflict', `Another account here came back as ${owner.account} already.`)
  const listed = readDocumentKeys(profile.document, owner.actor)
  const signer = parseMultikey(owner.signed_by)
  const isSigned = signer !== undefined && [...(listed?.values() ?? [])].some((key) => isSameKey(key, signer))
  if (listed === undefined || profile.actor !== owner.actor || !isSigned)
    throw new DomainError('forbidden', 'This kit was not made by the account that it says it is of.')
  await requireKnownKeys(ctx, owner.actor, listed)
  const keys = kit.keys.filter(({ actor }) => actor === owner.actor).map((item) => readKey(item, listed))
  if (keys.some(({ kind }) => kind === 'rsa')) return { keys, letters: [] }
  return { keys: [], letters: await checkLetters(ctx, account, kit, listed) }
}

/** Keys that were bound to the actor while its server stood count for more than what a file says. */
async function requireKnownKeys(
  ctx: Context,
  uri: string,
  listed: ReadonlyMap<string, KeyObject>,
): Promise<void> {
  for (const { keyUri, publicKey } of await listRemoteKeysOf(ctx.db, uri)) {
    const [known, claimed] = [parsePublicKey(publicKey), listed.get(keyUri)]
    if (known !== undefined && claimed !== undefined && isSameKey(known, claimed)) continue
    throw new DomainError(
      'forbidden',
      `The keys in this kit are not those that this server knows of ${uri}: use a newer copy of the kit.`,
    )
  }
}

function readKey(item: KitItem<'key'>, listed: ReadonlyMap<string, KeyObject>): FormerKey {
  const privateKey = importKey(item.private_key)
  const published = listed.get(item.key_id)
  if (
    privateKey === undefined ||
    published === undefined ||
    privateKey.asymmetricKeyType !== item.kind ||
    !isSameKey(createPublicKey(privateKey), published)
  )
    throw new DomainError('forbidden', 'The key in this kit is not the key of the account that it is of.')
  const fragment = item.key_id.slice(item.key_id.indexOf('#') + 1)
  return { kind: item.kind, fragment, publicKey: item.public_key, privateKey }
}

function importKey(base64: string): KeyObject | undefined {
  try {
    return importPrivateKeyDer(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}

async function checkLetters(
  ctx: Context,
  account: Actor,
  { owner, letters }: KitSummary,
  listed: ReadonlyMap<string, KeyObject>,
): Promise<RecoveryLetter[]> {
  const own = actorUri(ctx.config, account)
  const accepted: RecoveryLetter[] = []
  for (const { kind, document } of letters) {
    const target = await ctx.remote.verifyLetter(document, owner.actor, listed)
    if (target === own) accepted.push({ kind, document })
  }
  if (accepted.some(({ kind }) => kind === 'move')) return accepted
  throw new DomainError('forbidden', explainLetters(owner.account, letters, own))
}

function explainLetters(account: string, letters: readonly KitItem<'letters'>[], own: string): string {
  const standby = letters.find((letter) => letter.standby !== own)?.standby
  if (standby !== undefined)
    return `The letters in this kit lead to ${standby}: only that account can use it, unless the kit has the key.`
  if (letters.length > 0) return `The letters in this kit were not signed by ${account}.`
  return `This kit has neither the key of ${account} nor letters to ${own}, so nobody would believe it.`
}
