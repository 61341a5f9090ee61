import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { enqueue, type Jobs } from '../../store/jobs.ts'
import {
  findDestinationSecret,
  listKitDestinations,
  noteKitFailed,
  noteKitSent,
  type KitDestination,
} from '../../store/kit-destinations.ts'
import { findKit, listDueKits } from '../../store/kits.ts'
import { kitSenders, type KitCopy, type SendKit } from './destinations.ts'
import { openDestination } from './destination-secrets.ts'
import { copyName, saveCopy } from './save-copy.ts'

const minuteMs = 60_000
const dayMs = 24 * 3600_000
/** After that the next day's copy is soon enough. */
const mostAttempts = 7

/**
 * Makes one copy of a member's kit and brings it to every place that they chose, or to one of them. Where it does not
 * arrive it is tried again, later each time.
 */
export async function refreshKit(ctx: Context, data: Jobs['kit.refresh']): Promise<void> {
  const { accountId, destinationId } = data
  const account = await findActor(ctx.db, accountId)
  const kit = await findKit(ctx.db, accountId)
  const all = await listKitDestinations(ctx.db, accountId)
  const destinations = all.filter(({ id }) => destinationId === null || id === destinationId)
  if (kit === undefined || account === undefined || account.deletedAt !== null || destinations.length === 0)
    return
  await withCopy(ctx, account, async (copy) => {
    for (const destination of destinations)
      if (!(await isSent(ctx, destination, copy))) await tryAgain(ctx, data, destination)
  })
}

/** A copy for as long as it takes to send it. */
async function withCopy(ctx: Context, account: Actor, use: (copy: KitCopy) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(ctx.config.dataDir, 'kit-'))
  try {
    const path = join(directory, 'kit')
    const madeAt = ctx.now()
    const bytes = await saveCopy(ctx, account.id, path)
    await use({ path, bytes, name: copyName(ctx, account), madeAt })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function isSent(ctx: Context, destination: KitDestination, copy: KitCopy): Promise<boolean> {
  const { id, kind } = destination
  const send = (kitSenders as Readonly<Record<string, SendKit | undefined>>)[kind]
  const wrapped = await findDestinationSecret(ctx.db, id)
  // It was removed meanwhile.
  if (wrapped === undefined) return true
  try {
    if (send === undefined) throw new DomainError('unavailable', 'This version cannot send copies there.')
    await send(ctx, destination, openDestination(ctx, id, wrapped), copy)
    await noteKitSent(ctx.db, id, ctx.now())
    return true
  } catch (error) {
    const problem = error instanceof DomainError ? error.message : 'The copy could not be sent.'
    ctx.log.info({ destinationId: id, kind, problem }, 'A copy of a recovery kit did not arrive')
    await noteKitFailed(ctx.db, id, ctx.now(), problem)
    return false
  }
}

async function tryAgain(
  ctx: Context,
  { accountId, attempt }: Jobs['kit.refresh'],
  { id: destinationId }: KitDestination,
): Promise<void> {
  if (attempt + 1 >= mostAttempts) return
  const startAfter = new Date(ctx.now().getTime() + 10 * minuteMs * 2 ** attempt)
  await transact(ctx, (tx) =>
    enqueue(tx, 'kit.refresh', { accountId, destinationId, attempt: attempt + 1 }, { startAfter }),
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
