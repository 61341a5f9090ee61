import type { Letter, Writer } from '../../domain/documents/own-documents.ts'
import { actorUri, followersUri } from '../../domain/accounts/addresses.ts'
import type { Actor } from '../../store/actors.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import { loadDocumentKeys } from '../signing/document-keys.ts'
import { signDocument } from '../signing/sign-document.ts'
import { writeActor } from '../vocab/write-actor.ts'
import { actorContext, plainContext, publicCollection } from '../vocab/write-contexts.ts'

type Json = Record<string, unknown>

/**
 * What an account will have said of its move when nobody can ask it any more. Each is for receivers that believe what
 * its author signed, whoever brings it: a Move with addresses for most of them; the same with the whole actor inside for
 * those who would ask the old server for it (Hollo); an Update with `movedTo` for Misskey and its forks, who look at
 * nothing else. All have an integrity proof, and a Linked Data Signature over that, and none of them ends.
 * @param id a part of their ids
 */
export async function writeLetters(
  ctx: Writer,
  account: Actor,
  standbyUri: string,
  id: string,
): Promise<Letter[]> {
  const {
    '@context': _,
    assertionMethod: __,
    ...actor
  } = writeActor(ctx.config, account, await listCurrentKeys(ctx.db, account.id))
  const keys = await loadDocumentKeys(ctx, account)
  const said = [
    { kind: 'move', document: writeMove(ctx, account, { standbyUri, id: `moves/${id}` }) },
    {
      kind: 'move_embedded',
      document: {
        ...writeMove(ctx, account, { standbyUri, id: `moves/${id}-embedded` }),
        '@context': letterContext,
        object: actor,
      },
    },
    { kind: 'update', document: writeMovedActor(ctx, account, { actor, standbyUri, id: `updates/${id}` }) },
  ] as const
  return Promise.all(
    said.map(async ({ kind, document }) => ({
      kind,
      document: await signDocument(document, keys, ctx.now()),
    })),
  )
}

/**
 * As few contexts as will do: a receiver that has no copy of one must fetch it before it can verify anything. The
 * Ed25519 key is left out with the contexts that it needs; receivers have it from the actor document.
 */
export const letterContext = actorContext.filter((part) => typeof part !== 'string' || !isForMultikeys(part))

function isForMultikeys(context: string): boolean {
  return context === 'https://www.w3.org/ns/did/v1' || context === 'https://w3id.org/security/multikey/v1'
}

/** One actor, one object, one target, and all of them addresses, which is what Akkoma, snac and GoToSocial read. */
function writeMove(
  { config }: Writer,
  account: Actor,
  { standbyUri, id }: { standbyUri: string; id: string },
): Json {
  const actor = actorUri(config, account)
  return {
    '@context': plainContext,
    id: `${actor}#${id}`,
    type: 'Move',
    actor,
    object: actor,
    target: standbyUri,
    to: [followersUri(config, account)],
    cc: [publicCollection],
  }
}

/** The profile as it is, keys among it: Sharkey forgets the key of an actor whose document does not list it. */
function writeMovedActor(
  { config }: Writer,
  account: Actor,
  { actor, standbyUri, id }: { actor: Json; standbyUri: string; id: string },
): Json {
  const uri = actorUri(config, account)
  return {
    '@context': letterContext,
    id: `${uri}#${id}`,
    type: 'Update',
    actor: uri,
    to: [publicCollection],
    object: { ...actor, movedTo: standbyUri },
  }
}
