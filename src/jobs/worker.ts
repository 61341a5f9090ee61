import type { PgBoss } from 'pg-boss'
import type { Context } from '../context.ts'
import { transact } from '../db/transact.ts'
import { Postponed } from '../lib/turns.ts'
import { enqueue, jobNames, type JobName, type Jobs } from '../store/jobs.ts'
import { handlers, type JobHandler } from './handlers.ts'

/** Workers hear of new jobs at once; they look by themselves in case they did not. */
const lookAgainSeconds = 15
/** Later than what they are woken for, so that it is due by the clock of the database. */
const wakeMs = 50

/** How many jobs of one kind a process works on at the same time: two, but more where each waits for another server. */
const concurrency: Partial<Record<JobName, number>> = {
  'relay.carried': 8,
  'push.due': 12,
  'link.preview': 8,
  'import.continued': 4,
}

/** Works on every kind of job until the library is stopped. */
export async function startJobs(ctx: Context, boss: PgBoss): Promise<void> {
  for (const name of jobNames) await startJob(ctx, boss, name)
}

async function startJob(ctx: Context, boss: PgBoss, name: JobName): Promise<void> {
  for (let free = concurrency[name] ?? 2; free > 0; free--) await startWorker(ctx, boss, name)
}

/**
 * Works on one job after the other. Whoever had one looks for the next at once: the library would wait, as long as it
 * does for queues that are empty, though a crowd of jobs was announced while this one was worked on.
 */
async function startWorker<Name extends JobName>(ctx: Context, boss: PgBoss, name: Name): Promise<void> {
  const handle: JobHandler<Name> = handlers[name]
  const options = { pollingIntervalSeconds: lookAgainSeconds, batchSize: 1 }
  type Data = Parameters<typeof handle>[1]
  const id: string = await boss.work<Data>(name, options, async ([job]) => {
    try {
      if (job !== undefined) await handle(ctx, job.data, job.id)
    } catch (error) {
      if (job === undefined || !(error instanceof Postponed)) throw error
      await putBack(ctx, name, job.data, error.ms)
      if (error.ms < lookAgainSeconds * 1000)
        setTimeout(() => boss.notifyWorker(id), error.ms + wakeMs).unref()
    } finally {
      boss.notifyWorker(id)
    }
  })
}

/** What has to wait does not hold a worker meanwhile. */
async function putBack<Name extends JobName>(
  ctx: Context,
  name: Name,
  data: Jobs[Name],
  ms: number,
): Promise<void> {
  const startAfter = new Date(ctx.now().getTime() + ms)
  await transact(ctx, (tx) => enqueue(tx, name, data, { startAfter }))
}
