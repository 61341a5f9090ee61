import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { unlockSigner } from '../../domain/accounts/keys.ts'
import { findActor } from '../../store/actors.ts'
import { findFormerUri } from '../../store/identities.ts'
import { findSigningKey } from '../../store/keys.ts'
import { Unsendable } from './unsendable.ts'

/** Who signs, in the form that a signature needs it. */
export type HttpSigner = { readonly keyId: string; readonly privateKey: KeyObject }

export type Signers = {
  /** @throws Unsendable when the account has no key, or had none as the one that it formerly was */
  signerOf(accountId: string, formerIdentityId: string | null): Promise<HttpSigner>
}

/** Unwraps each account's key once and keeps it in memory for a while: a busy author signs thousands of times. */
export function createSigners(ctx: Pick<Context, 'config' | 'db' | 'keyring'>): Signers {
  const cache = new LRUCache<string, HttpSigner, { accountId: string; formerIdentityId: string | null }>({
    max: 1000,
    ttl: 10 * 60_000,
    fetchMethod: async (_key, _stale, { context }) =>
      loadSigner(ctx, context.accountId, context.formerIdentityId),
  })
  return {
    signerOf: (accountId, formerIdentityId) =>
      cache.forceFetch(`${accountId}/${formerIdentityId ?? ''}`, {
        context: { accountId, formerIdentityId },
      }),
  }
}

async function loadSigner(
  ctx: Pick<Context, 'config' | 'db' | 'keyring'>,
  accountId: string,
  formerIdentityId: string | null,
): Promise<HttpSigner> {
  if ((await findSigningKey(ctx.db, accountId, formerIdentityId)) === undefined) {
    throw new Unsendable(`Account ${accountId} has no key to sign with`)
  }
  const { fragment, privateKey } = await unlockSigner(ctx, accountId, formerIdentityId)
  const uri =
    formerIdentityId === null
      ? await currentUri(ctx, accountId)
      : await findFormerUri(ctx.db, formerIdentityId)
  if (uri === undefined) throw new Unsendable(`Account ${accountId} is not there to sign`)
  return { keyId: `${uri}#${fragment}`, privateKey }
}

async function currentUri(
  ctx: Pick<Context, 'config' | 'db'>,
  accountId: string,
): Promise<string | undefined> {
  const actor = await findActor(ctx.db, accountId)
  return actor === undefined ? undefined : actorUri(ctx.config, actor)
}
