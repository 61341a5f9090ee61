import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { dayMs, minuteMs } from '../../lib/time.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import { listKitDestinations, type KitDestination } from '../../store/kit-destinations.ts'
import { findKit, listDueKits, type Kit } from '../../store/kits.ts'
import { WorkDirectory } from '../media/keep-files.ts'
import { bringCopy } from './bring-copy.ts'
import { daysBetween, type KitCopy } from './destinations.ts'
import { copyName, saveCopy } from './save-copy.ts'

/** After that the next day's copy is soon enough. */
const mostAttempts = 7

/**
 * Makes one copy of a member's kit and brings it to every place that they chose whose turn it is, or to one of them.
 * Where it does not arrive it is tried again, later each time.
 */
export async function refreshKit(ctx: Context, data: Jobs['kit.refresh']): Promise<void> {
  const { accountId, destinationId } = data
  const account = await findActor(ctx.db, accountId)
  const kit = await findKit(ctx.db, accountId)
  const all = await listKitDestinations(ctx.db, accountId)
  if (kit === undefined || account === undefined || account.deletedAt !== null) return
  const destinations = all.filter((each) =>
    destinationId === null ? isDue(ctx, kit, each) : each.id === destinationId,
  )
  if (destinations.length === 0) return
  await using work = await WorkDirectory.create()
  const copy = await makeCopy(ctx, { account, kit }, work.file('kit'))
  for (const destination of destinations)
    if ((await bringCopy(ctx, destination, copy)) === 'again') await tryAgain(ctx, data, destination)
}

/** A new kit goes everywhere at once. A refresh is never to the minute: what is nearly due is due. */
function isDue(ctx: Context, { createdAt }: Kit, destination: KitDestination): boolean {
  const { sentAt } = destination
  const days = daysBetween(ctx, destination)
  if (days <= 1 || sentAt === null || sentAt < createdAt) return true
  return ctx.now().getTime() - sentAt.getTime() > (days - 0.5) * dayMs
}

async function makeCopy(
  ctx: Context,
  { account, kit }: { account: Actor; kit: Kit },
  path: string,
): Promise<KitCopy> {
  const size = await saveCopy(ctx, account.id, path)
  const { claimDigest } = kit
  return { accountId: account.id, fileName: copyName(ctx, account), path, size, claimDigest }
}

async function tryAgain(
  ctx: Context,
  { accountId, attempt }: Jobs['kit.refresh'],
  { id: destinationId }: KitDestination,
): Promise<void> {
  if (attempt + 1 >= mostAttempts) return
  const startAfter = new Date(ctx.now().getTime() + 10 * minuteMs * 2 ** attempt)
  // Of two refreshes that failed at once, one tries again.
  const once = { key: `${destinationId}/${attempt + 1}`, seconds: 300 }
  await transact(ctx, (tx) =>
    enqueue(tx, 'kit.refresh', { accountId, destinationId, attempt: attempt + 1 }, { startAfter, once }),
  )
}

const kitsAtOnce = 1000

/** Asks for fresh copies of kits that are a day old, or whose followers changed by a twentieth. */
export async function refreshDueKits(ctx: Context): Promise<void> {
  const dayAgo = new Date(ctx.now().getTime() - dayMs)
  for (const accountId of await listDueKits(ctx.db, dayAgo, kitsAtOnce)) {
    const once = { key: accountId, seconds: 3600 }
    await transact(ctx, (tx) =>
      enqueue(tx, 'kit.refresh', { accountId, destinationId: null, attempt: 0 }, { once }),
    )
  }
}
