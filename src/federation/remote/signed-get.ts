import type { Context } from '../../context.ts'
import { actorUri, instanceUsername } from '../../domain/accounts/addresses.ts'
import { unlockSigner } from '../../domain/accounts/keys.ts'
import { signCavage } from '../../lib/signatures/cavage.ts'
import type { GuardedResponse } from '../../lib/safe-fetch/response.ts'
import { findAccount } from '../../store/actors.ts'
import { isDomainBlocked } from '../../store/hosts.ts'
import type { HttpSigner } from '../delivery/signers.ts'

/** What an ActivityPub document may be called: https://www.w3.org/TR/activitypub/#retrieving-objects */
const accept =
  'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

export type SignedGet = (url: string) => Promise<GuardedResponse>

/**
 * GETs as the instance's own actor: several servers (GoToSocial, Mastodon in secure mode) answer nobody else. Each
 * redirect is signed anew for where it leads. A blocked domain is not asked.
 */
export function createSignedGet(
  ctx: Pick<Context, 'config' | 'db' | 'keyring' | 'fetch' | 'now'>,
): SignedGet {
  let signer: HttpSigner | undefined
  const headersFor = async (url: string): Promise<Record<string, string>> => {
    if (await isDomainBlocked(ctx.db, new URL(url).host))
      throw new Error(`${new URL(url).host} is blocked here`)
    signer ??= await loadInstanceSigner(ctx)
    const signed = await signCavage({ method: 'GET', url, ...signer, date: ctx.now() })
    return { ...signed, accept }
  }
  return async (url) => {
    const onHop = (next: URL | string) => headersFor(String(next))
    return ctx.fetch(url, { headers: await headersFor(url), redirect: { max: 5, onHop } })
  }
}

async function loadInstanceSigner(ctx: Pick<Context, 'config' | 'db' | 'keyring'>): Promise<HttpSigner> {
  const actor = await findAccount(ctx.db, instanceUsername)
  if (actor === undefined) throw new Error('The instance has no actor of its own yet')
  const { fragment, privateKey } = await unlockSigner(ctx, actor.id)
  return { keyId: `${actorUri(ctx.config, actor)}#${fragment}`, privateKey }
}
