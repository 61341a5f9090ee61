import { createPublicKey } from 'node:crypto'
import type { Context } from '../../context.ts'
import { exportPrivateKeyDer, exportPublicKeyPem, toMultikey } from '../../lib/signatures/keys.ts'
import type { Actor } from '../../store/actors.ts'
import { listFormerIdentities } from '../../store/kit-contents.ts'
import { actorUri } from '../accounts/addresses.ts'
import { unlockDocumentKeys } from '../accounts/keys.ts'
import type { KitItem } from './kit-items.ts'

type Reader = Pick<Context, 'config' | 'db' | 'keyring'>

/** The private keys of an account, and of everybody that it was before, as far as they are here. */
export async function collectKeys(ctx: Reader, account: Actor): Promise<KitItem<'key'>[]> {
  const identities = [
    { id: null, actor: actorUri(ctx.config, account) },
    ...(await listFormerIdentities(ctx.db, account.id)).map(({ id, actorUri: actor }) => ({ id, actor })),
  ]
  const all = await Promise.all(identities.map(({ id, actor }) => keysOf(ctx, account.id, id, actor)))
  return all.flat()
}

async function keysOf(
  ctx: Reader,
  accountId: string,
  formerIdentityId: string | null,
  actor: string,
): Promise<KitItem<'key'>[]> {
  const keys = await unlockDocumentKeys(ctx, accountId, formerIdentityId)
  return keys.map(({ kind, fragment, privateKey }) => {
    const publicKey = createPublicKey(privateKey)
    return {
      actor,
      key_id: `${actor}#${fragment}`,
      kind,
      public_key: kind === 'rsa' ? exportPublicKeyPem(publicKey) : toMultikey(publicKey),
      private_key: exportPrivateKeyDer(privateKey).toString('base64'),
    }
  })
}
