import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { listSealedLetters, replaceSealedLetters } from '../../store/kits.ts'
import type { KitItem, LetterKind } from './kit-items.ts'

/**
 * What an account signed of its move to a standby, signed anew where its profile has changed since. Whether the standby
 * still agrees is not asked here: that is for whoever is told of the move.
 */
export async function sealLetters(
  ctx: Context,
  account: Actor,
  standbyUri: string,
): Promise<KitItem<'letters'>[]> {
  const digest = hash('sha256', JSON.stringify(await ctx.documents.actor(ctx, account)), 'buffer')
  const known = await listSealedLetters(ctx.db, account.id, standbyUri)
  const isCurrent = known.length > 0 && known.every(({ actorDigest }) => actorDigest.equals(digest))
  if (!isCurrent) await sign(ctx, account, standbyUri, digest)
  const letters = isCurrent ? known : await listSealedLetters(ctx.db, account.id, standbyUri)
  return letters.map(({ kind, document, createdAt }) => ({
    kind: kind as LetterKind,
    standby: standbyUri,
    document,
    made_at: createdAt.toISOString(),
  }))
}

async function sign(ctx: Context, account: Actor, standbyUri: string, actorDigest: Buffer): Promise<void> {
  const createdAt = ctx.now()
  const letters = await ctx.documents.letters(ctx, account, standbyUri, ctx.newId())
  const rows = letters.map(({ kind, document }) => ({
    ...{ id: ctx.newId(), accountId: account.id, kind, standbyUri },
    ...{ document: JSON.stringify(document), actorDigest, createdAt },
  }))
  await transact(ctx, (tx) => replaceSealedLetters(tx.db, rows))
}
