import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import type { KitItem } from '../kits/kit-items.ts'
import type { ItemOutcome } from './restore-item.ts'

export async function restorePost(
  _ctx: Context,
  _account: Actor,
  _post: KitItem<'posts'>,
): Promise<ItemOutcome> {
  throw new DomainError('invalid', 'not yet')
}
