import type { Context } from '../../context.ts'
import { messageOf } from '../../lib/errors.ts'
import { findActor } from '../../store/actors.ts'
import { loadDocumentKeys } from './document-keys.ts'
import { mayBePassedOn } from './may-be-passed-on.ts'
import { signDocument } from './sign-document.ts'

type Json = Record<string, unknown>

/** To give a larger one its canonical form takes too long; no post of a member comes near. */
const maxSignedBytes = 256 * 1024

/**
 * An activity of an account of ours with its signatures, made once for all recipients: a proof on everything, a Linked
 * Data Signature on what is public. One that cannot be made is left out, since the delivery is signed as well.
 */
export async function signActivity(
  ctx: Pick<Context, 'config' | 'db' | 'keyring' | 'now' | 'log'>,
  accountId: string,
  activity: Json,
): Promise<Json> {
  const actor = await findActor(ctx.db, accountId)
  const { rsaKey, proofKey } = actor === undefined ? {} : await loadDocumentKeys(ctx, actor)
  const isForAll = mayBePassedOn(activity) && Buffer.byteLength(JSON.stringify(activity)) <= maxSignedBytes
  const now = ctx.now()
  if (!isForAll) return signDocument(activity, { proofKey }, now)
  return signDocument(activity, { proofKey, rsaKey }, now).catch((error: unknown) => {
    ctx.log.warn({ id: activity['id'], reason: messageOf(error) }, 'A public activity cannot be signed whole')
    return signDocument(activity, { proofKey }, now)
  })
}
