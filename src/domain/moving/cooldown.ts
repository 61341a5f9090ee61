import type { Context } from '../../context.ts'
import { dayMs } from '../../lib/time.ts'

/** Between two moves of somebody elsewhere that take followers along, as Mastodon and GoToSocial have it. */
export const remoteRestMs = 7 * dayMs

/** Between two moves of an account of ours, as Mastodon has it. */
export const accountRestMs = 30 * dayMs

/** Whether enough time went by since somebody last moved. A move that failed does not count. */
export function isRested(ctx: Pick<Context, 'now'>, movedAt: Date | null, restMs = remoteRestMs): boolean {
  return movedAt === null || ctx.now().getTime() - movedAt.getTime() >= restMs
}

/** When an account of ours may move again; undefined when it may now. */
export function findRestEnd(ctx: Pick<Context, 'now'>, movedAt: Date | null): Date | undefined {
  if (movedAt === null || isRested(ctx, movedAt, accountRestMs)) return undefined
  return new Date(movedAt.getTime() + accountRestMs)
}
