import type { Request, Response } from 'express'
import type { Context } from '../context.ts'
import { isRefusal, type Refusal } from './inbox/refusal.ts'
import { verifySigner, type SignerParts } from './inbox/verify-signer.ts'

/** Who reads a document over the wire: an actor that signed the request, or nobody in particular. */
export type Viewer = { readonly actorId: string } | undefined

export type Viewers = { viewerOf(request: Request, response: Response): Promise<Viewer | Refusal> }

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
    viewerOf: (request, response) =>
      (response.locals['viewer'] ??= identify(request)) as Promise<Viewer | Refusal>,
  }
}
