import type { Context } from '../../context.ts'
import { dayMs } from '../../lib/time.ts'
import { pruneApps } from '../../store/apps.ts'
import { pruneAuditLog } from '../../store/audit-log.ts'
import { pruneEmailTokens } from '../../store/email-tokens.ts'
import { pruneCodes } from '../../store/codes.ts'
import { pruneSessions } from '../../store/sessions.ts'
import { oldestSession } from './sessions.ts'

const yearMs = 366 * dayMs

/**
 * Codes, sessions and links that hold no more, and after a year what members did, and apps that nobody ever allowed
 * anything: a client keeps the id that it registered for months before somebody uses it.
 */
export async function forgetEndedSignIns({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  await pruneCodes(db, new Date(now().getTime() - dayMs))
  await pruneApps(db, new Date(now().getTime() - yearMs))
  await pruneSessions(db, oldestSession(now()))
  await pruneEmailTokens(db, new Date(now().getTime() - 8 * dayMs))
  await pruneAuditLog(db, new Date(now().getTime() - yearMs))
}
