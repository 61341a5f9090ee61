import type { Context } from '../../context.ts'
import { pruneCodes } from '../../store/codes.ts'
import { pruneSessions } from '../../store/sessions.ts'
import { oldestSession } from './sessions.ts'

const dayMs = 24 * 3600_000

/** Codes and sessions that hold no more. */
export async function forgetEndedSignIns({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  await pruneCodes(db, new Date(now().getTime() - dayMs))
  await pruneSessions(db, oldestSession(now()))
}
