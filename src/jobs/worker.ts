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

async function startJob<Name extends JobName>(ctx: Context, boss: PgBoss, name: Name): Promise<void> {
  const handle: JobHandler<Name> = handlers[name]
  const options = {
    pollingIntervalSeconds: lookAgainSeconds,
    localConcurrency: concurrency[name] ?? 2,
    batchSize: 1,
  }
  await boss.work<Parameters<typeof handle>[2]>(name, options, async ([job]) => {
    if (job !== undefined) await handle(ctx, job.id, job.data)
  })
}
