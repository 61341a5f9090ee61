import type { PgBoss } from 'pg-boss'
import type { Context } from '../context.ts'
import { jobNames, type JobName } from '../store/jobs.ts'
import { handlers, type JobHandler } from './handlers.ts'

/** Workers hear of new jobs at once; they look by themselves in case they did not. */
const lookAgainSeconds = 15

/** How many jobs of one kind a process works on at the same time: two, but more where each waits for another server. */
const concurrency: Partial<Record<JobName, number>> = {
  'relay.carried': 8,
  'push.due': 8,
  'link.preview': 4,
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
  type Data = Parameters<typeof handle>[2]
  const id: string = await boss.work<Data>(name, options, async ([job]) => {
    try {
      if (job !== undefined) await handle(ctx, job.id, job.data)
    } finally {
      boss.notifyWorker(id)
    }
  })
}
