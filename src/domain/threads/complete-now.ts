import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { stepUp, type Climb } from './climb-thread.ts'
import { beginThread, type Completion } from './complete-thread.ts'
import { isDone, stepDown } from './read-thread.ts'

/** The same as `completeThread` for somebody who waits; what cannot be had now is left out. */
export async function completeThreadNow(ctx: Context, statusId: string): Promise<Completion> {
  let climb: Climb | undefined = { statusId, climbed: 0, attempt: 0 }
  while (climb?.attempt === 0) climb = await stepUp(ctx, climb)
  const begun = await transact(ctx, (tx) => beginThread(tx, statusId))
  if (typeof begun === 'string') return begun
  let { reading } = begun
  while (!isDone(reading)) reading = await stepDown(ctx, reading)
  return 'started'
}
