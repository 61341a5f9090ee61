import type { Context } from '../../context.ts'
import { unlockDocumentKeys } from '../../domain/accounts/keys.ts'
import { asObject } from '../../lib/as-object.ts'
import type { FormerIdentity } from '../../store/recoveries.ts'
import { signDocument, type DocumentKeys } from '../signing/sign-document.ts'
import { plainContext, publicCollection } from '../vocab/write-contexts.ts'
import { letterContext } from './write-letters.ts'

type Json = Record<string, unknown>

/** Who an account of ours was elsewhere, to say something as that one. */
type Former = Pick<FormerIdentity, 'actorUri' | 'document'>

/** One actor, one object and one target, all of them addresses; on the host of the former actor, as it would have been. */
export function writeFormerMove({ actorUri, document }: Former, target: string, id: string): Json {
  const { followers } = readDocument(document)
  return {
    '@context': plainContext,
    id: `${actorUri}#moves/${id}`,
    type: 'Move',
    actor: actorUri,
    object: actorUri,
    target,
    to: [typeof followers === 'string' ? followers : `${actorUri}/followers`],
    cc: [publicCollection],
  }
}

/** The same with the whole actor inside, for those who would ask the old server for it. */
export function writeEmbeddedMove(former: Former, target: string, id: string): Json {
  return {
    ...writeFormerMove(former, target, `${id}-embedded`),
    '@context': letterContext,
    object: readDocument(former.document),
  }
}

/** The profile as it last was, its key among it, with `movedTo`: all that Misskey and its forks look at. */
export function writeFormerUpdate(former: Former, target: string, id: string): Json {
  return {
    '@context': letterContext,
    id: `${former.actorUri}#updates/${id}`,
    type: 'Update',
    actor: former.actorUri,
    to: [publicCollection],
    object: { ...readDocument(former.document), movedTo: target },
  }
}

/** As it was served, without what the contexts of letters do not name. */
function readDocument(text: string): Json {
  const { '@context': _, assertionMethod: __, ...document } = asObject(JSON.parse(text))
  return document
}

/** Signs as the former actor, with all the keys that it had: some receivers have kept only one of them. */
export async function signAsFormer(
  ctx: Pick<Context, 'db' | 'keyring' | 'now'>,
  { accountId, id, actorUri }: FormerIdentity,
  activity: Json,
  isPublic: boolean,
): Promise<Json> {
  const keys = await unlockDocumentKeys(ctx, accountId, id)
  const keyOf = (kind: 'rsa' | 'ed25519') => {
    const key = keys.find((candidate) => candidate.kind === kind)
    return key && { keyId: `${actorUri}#${key.fragment}`, privateKey: key.privateKey }
  }
  const signing: DocumentKeys = { proofKey: keyOf('ed25519'), ...(isPublic && { rsaKey: keyOf('rsa') }) }
  return signDocument(activity, signing, ctx.now())
}
