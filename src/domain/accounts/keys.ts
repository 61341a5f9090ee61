import type { KeyObject } from 'node:crypto'
import type { Context, Db, TxContext } from '../../context.ts'
import {
  exportPrivateKeyDer,
  exportPublicKeyPem,
  generateEd25519KeyPair,
  generateRsaKeyPair,
  importPrivateKeyDer,
  toMultikey,
} from '../../lib/signatures/keys.ts'
import { findSigningKey, findWrappedKey, insertKey, listSigningKeys, type KeyKind } from '../../store/keys.ts'

/** What follows the `#`: `main-key` is what every receiver of the last ten years expects, and it never changes. */
const fragments: Readonly<Record<KeyKind, string>> = { rsa: 'main-key', ed25519: 'ed25519-key' }

type KeyPair = { readonly kind: KeyKind; readonly publicKey: KeyObject; readonly privateKey: KeyObject }

/** RSA-2048 for HTTP signatures, which everybody verifies, and Ed25519 for object integrity proofs (FEP-8b32). */
export async function generateKeys(): Promise<KeyPair[]> {
  const [rsa, ed25519] = await Promise.all([generateRsaKeyPair(), generateEd25519KeyPair()])
  return [
    { kind: 'rsa', ...rsa },
    { kind: 'ed25519', ...ed25519 },
  ]
}

export async function storeKeys(ctx: TxContext, accountId: string, pairs: readonly KeyPair[]): Promise<void> {
  for (const { kind, publicKey, privateKey } of pairs) {
    const id = ctx.newId()
    const wrapped = ctx.keyring.wrap(purposeOf(id), exportPrivateKeyDer(privateKey))
    const published = kind === 'rsa' ? exportPublicKeyPem(publicKey) : toMultikey(publicKey)
    const key = {
      id,
      kind,
      fragment: fragments[kind],
      publicKey: published,
      accountId,
      wrapped,
      createdAt: ctx.now(),
    }
    await insertKey(ctx.db, key)
  }
}

export type FormerKey = {
  readonly kind: KeyKind
  readonly fragment: string
  readonly publicKey: string
  readonly privateKey: KeyObject
}

/** Keys of the actor that an account was elsewhere: they sign what it says as that one, and nothing else. */
export async function storeFormerKeys(
  ctx: TxContext,
  owner: { readonly accountId: string; readonly formerIdentityId: string },
  keys: readonly FormerKey[],
): Promise<void> {
  for (const { privateKey, ...key } of keys) {
    const id = ctx.newId()
    const wrapped = ctx.keyring.wrap(purposeOf(id), exportPrivateKeyDer(privateKey))
    await insertKey(ctx.db, { id, ...key, ...owner, wrapped, createdAt: ctx.now() })
  }
}

export type Signer = { readonly fragment: string; readonly privateKey: KeyObject }

/**
 * Unwraps the key that an account signs requests with.
 * @param formerIdentityId set to sign as the actor that the account was before it came here
 * @throws Error when there is none, or the root secret is not the one that wrapped it
 */
export async function unlockSigner(
  ctx: Pick<Context, 'keyring'> & { readonly db: Db },
  accountId: string,
  formerIdentityId: string | null = null,
): Promise<Signer> {
  const key = await findSigningKey(ctx.db, accountId, formerIdentityId)
  if (key === undefined) throw new Error(`Account ${accountId} has no key to sign with`)
  const der = ctx.keyring.unwrap(purposeOf(key.id), key.wrapped)
  return { fragment: key.fragment, privateKey: importPrivateKeyDer(der) }
}

/**
 * Unwraps all keys with which an account signs documents.
 * @param formerIdentityId set to sign as the actor that the account was before it came here
 * @throws Error when the root secret is not the one that wrapped them
 */
export async function unlockDocumentKeys(
  ctx: Pick<Context, 'keyring'> & { readonly db: Db },
  accountId: string,
  formerIdentityId: string | null = null,
): Promise<(Signer & { readonly kind: KeyKind })[]> {
  const keys = await listSigningKeys(ctx.db, accountId, formerIdentityId)
  return keys.map(({ id, kind, fragment, wrapped }) => {
    const der = ctx.keyring.unwrap(purposeOf(id), wrapped)
    return { kind, fragment, privateKey: importPrivateKeyDer(der) }
  })
}

/**
 * Unwraps one key, also one that is no longer used.
 * @throws Error when it is not there
 */
export async function unlockKey(
  ctx: Pick<Context, 'keyring'> & { readonly db: Db },
  keyId: string,
): Promise<KeyObject> {
  const key = await findWrappedKey(ctx.db, keyId)
  if (key === undefined) throw new Error(`There is no key ${keyId}`)
  return importPrivateKeyDer(ctx.keyring.unwrap(purposeOf(keyId), key.wrapped))
}

function purposeOf(keyId: string): string {
  return `account-key:${keyId}`
}
