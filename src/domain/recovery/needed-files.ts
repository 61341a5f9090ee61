import type { Context } from '../../context.ts'
import { listKeptKits } from '../../store/recoveries.ts'
import { findKeptKeys } from '../../store/recovery-pieces.ts'
import { isCopyKey, unsealOpener } from './kit-copy.ts'

/** Those of these keys in the storage that a recovery which goes on, of an account that is there, still needs. */
export async function findNeededFiles(
  ctx: Pick<Context, 'db' | 'keyring'>,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const pieces = await findKeptKeys(ctx.db, keys)
  if (!keys.some(isCopyKey)) return pieces
  const kits = await listKeptKits(ctx.db)
  return new Set([...pieces, ...kits.map((sealed) => unsealOpener(ctx, sealed).name)])
}
