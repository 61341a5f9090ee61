import type { Context } from '../../context.ts'
import { keepRelayed } from '../../domain/relays/keep-relayed.ts'
import type { Jobs } from '../../store/jobs.ts'

/** Fetches a post that a relay named. */
export async function keepCarried(ctx: Context, { uri }: Jobs['relay.carried']): Promise<void> {
  await keepRelayed(ctx, uri)
}
