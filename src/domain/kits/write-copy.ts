import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor } from '../../store/actors.ts'
import { countFollowerRows } from '../../store/kit-contents.ts'
import { findKit, noteCopy, type Kit } from '../../store/kits.ts'
import { unlockKey } from '../accounts/keys.ts'
import { collectParts } from './collect-parts.ts'
import { kitHeader, type KitPart } from './kit-format.ts'
import { writeKit } from './write-kit.ts'

/** @throws DomainError `not_found` */
export async function requireKit(ctx: Pick<Context, 'db'>, accountId: string): Promise<Kit> {
  const kit = await findKit(ctx.db, accountId)
  if (kit !== undefined) return kit
  throw new DomainError('not_found', 'There is no recovery kit of this account yet: make one first.')
}

/**
 * A copy of a member's kit, line by line, as everything is now. It needs no passphrase. When its end was taken, it is
 * noted as the last copy; one that is broken off is not.
 * @param onProgress told how many items are written
 * @throws DomainError `not_found` when there is no kit
 */
export async function* writeCopy(
  ctx: Context,
  accountId: string,
  onProgress: (items: number) => void = () => undefined,
): AsyncGenerator<string> {
  const kit = await requireKit(ctx, accountId)
  const account = await findActor(ctx.db, accountId)
  if (account === undefined || account.deletedAt !== null)
    throw new DomainError('gone', 'This account is no more.')
  const at = ctx.now()
  const followers = await countFollowerRows(ctx.db, accountId)
  const signingKey = await unlockKey(ctx, kit.signingKeyId)
  const counts = new Map<string, number>()
  const counted = countParts(collectParts(ctx, account, kit), counts, onProgress)
  yield* writeKit(kitHeader.parse(JSON.parse(kit.header)), counted, signingKey)
  await noteCopy(ctx.db, kit, { at, followers, facts: Object.fromEntries(counts) })
}

async function* countParts(
  parts: AsyncIterable<KitPart>,
  counts: Map<string, number>,
  onProgress: (items: number) => void,
): AsyncGenerator<KitPart> {
  let total = 0
  for await (const part of parts) {
    const begun = part.items.filter((item) => !isContinued(item)).length
    counts.set(part.kind, (counts.get(part.kind) ?? 0) + begun)
    total += begun
    yield part
    onProgress(total)
  }
}

/** More of a file of which a part came before. */
function isContinued(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'offset' in item && item.offset !== 0
}
