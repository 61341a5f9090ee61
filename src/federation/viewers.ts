import type { Request, Response } from 'express'
import type { Context } from '../context.ts'
import { canonicalHost } from '../lib/canonical-host.ts'
import { groupHeaders } from '../lib/signatures/headers.ts'
import { parseSignature } from '../lib/signatures/parse.ts'
import { isProblem } from '../lib/signatures/types.ts'
import { isRefusal, type Refusal } from './inbox/refusal.ts'
import { verifySigner, type SignerParts } from './inbox/verify-signer.ts'

/** Who reads a document over the wire: an actor that signed the request, or nobody in particular. */
export type Viewer = { readonly actorId: string } | undefined

export type Viewers = {
  viewerOf(request: Request, response: Response): Promise<Viewer | Refusal>
  /** Whether a request says that it is signed with a key of a blocked server; nothing is verified for that. */
  claimsBlockedHost(request: Request): Promise<boolean>
}

/** A request without a signature is anybody's; one with a signature that does not hold is refused. Asked once for each. */
export function createViewers(ctx: Context, parts: SignerParts): Viewers {
  const identify = async (request: Request): Promise<Viewer | Refusal> => {
    if (request.headers['signature'] === undefined) return undefined
    const signer = await verifySigner(parts, request, undefined)
    if (isRefusal(signer)) return signer
    const actor = await ctx.remote.resolveActor(signer.actorUri)
    const isGone = actor === undefined || actor.suspendedAt !== null || actor.deletedAt !== null
    return isGone ? undefined : { actorId: actor.id }
  }
  return {
    claimsBlockedHost: (request) => claimsBlockedHost(parts, request),
    viewerOf: (request, response) =>
      (response.locals['viewer'] ??= identify(request)) as Promise<Viewer | Refusal>,
  }
}

async function claimsBlockedHost({ ctx, blockedHosts }: SignerParts, request: Request): Promise<boolean> {
  const { method, originalUrl: target } = request
  const headers = groupHeaders(request.rawHeaders)
  const signature = parseSignature({ method, target, headers, origins: [ctx.config.origin] }, ctx.now())
  const host = isProblem(signature) ? undefined : canonicalHost(signature.keyId)
  return host !== undefined && blockedHosts.isBlocked(host)
}
