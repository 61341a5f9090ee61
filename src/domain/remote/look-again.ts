import type { Context, TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'

/** What another server's actor is like is believed for so long. */
const freshMs = 24 * 3600_000

export function isFresh({ now }: Pick<Context, 'now'>, { fetchedAt }: Pick<Actor, 'fetchedAt'>): boolean {
  return fetchedAt !== null && now().getTime() - fetchedAt.getTime() < freshMs
}

const againSeconds = 3600

/** Whoever was taken as known is asked for in the background, once an hour. @param handles `name@domain` */
export async function lookAgainLater(tx: TxContext, handles: readonly string[]): Promise<void> {
  for (const handle of handles)
    await enqueue(tx, 'actor.named', { handle }, { once: { key: handle, seconds: againSeconds } })
}

/** Asks who somebody is by now; what was known stays where nobody answers. */
export async function lookAgain(ctx: Context, { handle }: { readonly handle: string }): Promise<void> {
  await ctx.remote.resolveHandle(handle).catch((error: unknown) => {
    ctx.log.info({ err: error, handle }, 'Somebody who was named could not be looked up again')
  })
}
