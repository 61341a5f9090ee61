import type { TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findOriginal } from './find-original.ts'
import { findStatusIdByUri } from '../accounts/resolve-local.ts'

/** What somebody elsewhere takes back, as far as they say: one of the two ids will do. */
export type Undone = {
  readonly by: Actor
  /** The id of the activity. */
  readonly uri: string | undefined
  /** The id of the status that it was about. */
  readonly targetUri: string | undefined
}

/** The status whose like, reaction or boost is taken back, whoever may see it. */
export async function findUndoneStatusId(ctx: TxContext, { targetUri }: Undone): Promise<string | undefined> {
  const statusId = targetUri === undefined ? undefined : await findStatusIdByUri(ctx, targetUri)
  return statusId === undefined ? undefined : (await findOriginal(ctx, statusId))?.id
}
