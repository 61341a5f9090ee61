import { LRUCache } from 'lru-cache'
import type { Context } from '../../context.ts'
import { actorUri, instanceUsername } from '../../domain/accounts/addresses.ts'
import { unlockSigner } from '../../domain/accounts/keys.ts'
import { signCavage } from '../../lib/signatures/cavage.ts'
import { signRfc9421 } from '../../lib/signatures/rfc9421.ts'
import type { GuardedResponse } from '../../lib/safe-fetch/response.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { findAccount } from '../../store/actors.ts'
import { findSignatureStyle, isDomainBlocked, type SignatureStyle } from '../../store/hosts.ts'
import { otherStyle } from '../delivery/knock.ts'
import type { HttpSigner } from '../delivery/signers.ts'

/** What an ActivityPub document may be called: https://www.w3.org/TR/activitypub/#retrieving-objects */
const accept =
  'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

export type SignedGet = (url: string) => Promise<GuardedResponse>

type Parts = Pick<Context, 'config' | 'db' | 'keyring' | 'fetch' | 'now' | 'log'>

/** How long a style is remembered, and how long a host that refused both is not asked twice again. */
const rememberMs = 24 * 3600_000
const refusedMs = 10 * 60_000

/**
 * GETs as the instance's own actor: several servers (GoToSocial, Mastodon in secure mode) answer nobody else. Each
 * redirect is signed anew for where it leads. A blocked domain is not asked. A host that refuses the signature is asked
 * once more in the other style, with the same parts signed, whatever it asks for.
 */
export function createSignedGet(ctx: Parts): SignedGet {
  let signer: HttpSigner | undefined
  const memory = createStyleMemory(ctx)
  const headersFor = async (url: string, insist: Insist): Promise<Record<string, string>> => {
    const { host } = new URL(url)
    if (await isDomainBlocked(ctx.db, host)) throw new Error(`${host} is blocked here`)
    signer ??= await loadInstanceSigner(ctx)
    const style = insist?.host === host ? insist.style : await memory.styleOf(host)
    const signing = { method: 'GET', url, ...signer, date: ctx.now() }
    return { ...(await (style === 'cavage' ? signCavage(signing) : signRfc9421(signing))), accept }
  }
  const get = async (url: string, insist?: Insist): Promise<GuardedResponse> => {
    const onHop = (next: URL | string) => headersFor(String(next), insist)
    return ctx.fetch(url, { headers: await headersFor(url, insist), redirect: { max: 5, onHop } })
  }
  return async (url) => {
    const first = await get(url)
    const { host } = new URL(first.url)
    if (!refusesSignature(first) || !memory.mayKnockAgain(host)) return first
    const style = otherStyle(await memory.styleOf(host))
    ctx.log.info({ host, status: first.status, other: style }, 'A host refused a signed GET: knocking again')
    const second = await get(url, { host, style })
    if (!second.ok) return first
    if (new URL(second.url).host === host) memory.remember(host, style)
    return second
  }
}

/** The style for one host, whatever is remembered. */
type Insist = { readonly host: string; readonly style: SignatureStyle } | undefined

function refusesSignature({ status }: GuardedResponse): boolean {
  return status === 401 || status === 400
}

/**
 * What hosts took, apart from what is remembered for deliveries: a document may be served to whoever asks, so that an
 * answer says less than that of an inbox. How the host takes deliveries is where to begin.
 */
function createStyleMemory({ db }: Pick<Context, 'db'>) {
  const styles = new LRUCache<string, { style: SignatureStyle }>({ max: 10_000, ttl: rememberMs })
  const knocks = createRateLimit({ limit: 1, perMs: refusedMs })
  return {
    async styleOf(host: string): Promise<SignatureStyle> {
      return styles.get(host)?.style ?? (await findSignatureStyle(db, host)) ?? 'cavage'
    },
    mayKnockAgain: (host: string): boolean => knocks.take(host),
    remember: (host: string, style: SignatureStyle): void => void styles.set(host, { style }),
  }
}

async function loadInstanceSigner(ctx: Pick<Context, 'config' | 'db' | 'keyring'>): Promise<HttpSigner> {
  const actor = await findAccount(ctx.db, instanceUsername)
  if (actor === undefined) throw new Error('The instance has no actor of its own yet')
  const { fragment, privateKey } = await unlockSigner(ctx, actor.id)
  return { keyId: `${actorUri(ctx.config, actor)}#${fragment}`, privateKey }
}
