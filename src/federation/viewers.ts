import type { Request } from 'express'
import type { Context } from '../context.ts'
import { isRefusal, type Refusal } from './inbox/refusal.ts'
import { verifySigner, type SignerParts } from './inbox/verify-signer.ts'

/** Who reads a document over the wire: an actor that signed the request, or nobody in particular. */
export type Viewer = { readonly actorId: string } | undefined

export type Viewers = { viewerOf(request: Request): Promise<Viewer | Refusal> }

/** A request without a signature is anybody's; one with a signature that does not hold is refused. */
export function createViewers(ctx: Context, parts: SignerParts): Viewers {
  return {
    async viewerOf(request) {
      const { headers } = request
      if (headers['signature'] === undefined) return undefined
      const signer = await verifySigner(parts, request, undefined)
      if (isRefusal(signer)) return signer
      const actor = await ctx.remote.resolveActor(signer.actorUri)
      return actor === undefined ? undefined : { actorId: actor.id }
    },
  }
}
