import { actorUri } from '../../domain/accounts/addresses.ts'
import { unlockDocumentKeys } from '../../domain/accounts/keys.ts'
import type { Writer } from '../../domain/documents/own-documents.ts'
import type { Actor } from '../../store/actors.ts'
import type { DocumentKeys } from './sign-document.ts'

/** The keys with which an account of ours signs documents, under the names that its actor document gives them. */
export async function loadDocumentKeys(
  ctx: Pick<Writer, 'config' | 'db' | 'keyring'>,
  account: Actor,
): Promise<DocumentKeys> {
  const owner = actorUri(ctx.config, account)
  const keys = await unlockDocumentKeys(ctx, account.id)
  const keyOf = (kind: 'rsa' | 'ed25519') => {
    const key = keys.find((candidate) => candidate.kind === kind)
    return key && { keyId: `${owner}#${key.fragment}`, privateKey: key.privateKey }
  }
  return { rsaKey: keyOf('rsa'), proofKey: keyOf('ed25519') }
}
