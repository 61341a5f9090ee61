import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { dayMs, hourMs } from '../../lib/time.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findStanding } from '../../store/credentials.ts'
import {
  deleteSession,
  deleteSessionOf,
  findSession,
  listSessionsOf,
  noteSessionUse,
  type Session,
  type SessionAge,
} from '../../store/sessions.ts'
import type { UserRole } from '../../store/users.ts'
import { recordAct } from '../audit/record-act.ts'
import { digestToken } from './digest-token.ts'
import { isInGoodStanding } from './standing.ts'

const idleMs = 14 * dayMs
const longestMs = 90 * dayMs

/** Who sits at the browser. */
export type SignedIn = { readonly actor: Actor; readonly role: UserRole; readonly session: Session }

/** Sessions end after 14 days in which nobody used them, and after 90 days in any case. */
export function oldestSession(now: Date): SessionAge {
  return { seenSince: new Date(now.getTime() - idleMs), createdSince: new Date(now.getTime() - longestMs) }
}

/** The member whose session this is; undefined when it has ended, or the member may not act. */
export async function resumeSession(ctx: Context, secret: string): Promise<SignedIn | undefined> {
  const now = ctx.now()
  const session = await findSession(ctx.db, digestToken(secret), oldestSession(now))
  if (session === undefined) return undefined
  const member = await findStanding(ctx.db, session.accountId)
  const actor = await findActor(ctx.db, session.accountId)
  if (member === undefined || actor === undefined || !isInGoodStanding(member)) return undefined
  if (now.getTime() - session.seenAt.getTime() > hourMs)
    await noteSessionUse(ctx.db, session.tokenDigest, now)
  return { actor, role: member.role, session }
}

export async function signOut(ctx: Context, secret: string): Promise<void> {
  await deleteSession(ctx.db, digestToken(secret))
}

/** A session as its member sees it: what names it opens nothing. */
export type ListedSession = Session & { readonly name: string }

export async function listSessions(ctx: Context, accountId: string): Promise<ListedSession[]> {
  const sessions = await listSessionsOf(ctx.db, accountId, oldestSession(ctx.now()))
  return sessions.map((session) => ({ ...session, name: session.tokenDigest.toString('hex') }))
}

/** @returns whether the member had a session of that name */
export async function endSession(ctx: Context, accountId: string, name: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(name)) return false
  return transact(ctx, async (tx) => {
    const isEnded = await deleteSessionOf(tx.db, accountId, Buffer.from(name, 'hex'))
    if (isEnded) await recordAct(tx, accountId, 'session.ended')
    return isEnded
  })
}
