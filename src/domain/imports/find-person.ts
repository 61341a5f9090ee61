import { DomainError } from '../../lib/errors.ts'
import { findAccount, findRemoteActorByHandle, type Actor } from '../../store/actors.ts'
import type { RowJob } from './row-work.ts'

/**
 * Whom a row names. Whoever is known is taken as known: nobody else is asked.
 * @throws DomainError
 */
export async function findPerson(job: RowJob): Promise<Actor> {
  const { ctx, row } = job
  const at = row.subject.lastIndexOf('@')
  const [name, domain] = [row.subject.slice(0, at), row.subject.slice(at + 1)]
  if (row.host === '') {
    const found = await findAccount(ctx.db, name)
    if (found === undefined) throw new DomainError('not_found', `There is nobody of this name here.`)
    return found
  }
  const known = await findRemoteActorByHandle(ctx.db, name, domain)
  if (known?.deletedAt === null) return known
  await job.knock()
  return ctx.remote.resolveHandle(row.subject)
}

/** Before somebody elsewhere is told something. */
export async function knockAt(job: RowJob, target: Actor): Promise<void> {
  if (!target.isLocal && !job.dryRun) await job.knock()
}
