import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { jobNames, type JobName } from '../store/jobs.ts'

/**
 * What a job may cost: a minute each time, and about a day of tries, an hour apart at last; then it is kept as failed, for
 * 14 days. One whose process dies is noticed within 20 s. What succeeded goes within two hours: see `tidy`.
 */
const policy = {
  expireInSeconds: 60,
  heartbeatSeconds: 20,
  retryLimit: 32,
  retryDelay: 5,
  retryDelayMax: 3600,
  retryBackoff: true,
  deleteAfterSeconds: 14 * 86_400,
  notify: true,
} as const

/** What takes longer: a video is drawn anew frame by frame, a kit goes over a slow line, an archive holds all files. */
const patient: Partial<Record<JobName, { readonly expireInSeconds: number; readonly retryLimit: number }>> = {
  'media.process': { expireInSeconds: 1800, retryLimit: 5 },
  'archive.make': { expireInSeconds: 4 * 3600, retryLimit: 5 },
  'archive.brought': { expireInSeconds: 3600, retryLimit: 32 },
  'kit.refresh': { expireInSeconds: 3600, retryLimit: 5 },
}

/** How often the library looks for jobs whose process died. */
const superviseSeconds = 15

type Options = {
  readonly connectionString: string
  readonly log: Logger
  /** Whether this process works on jobs too, or only hands them in. */
  readonly works: boolean
}

/** Opens the job library and makes the queues that it does not know yet. */
export async function openQueue({ connectionString, log, works }: Options): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString,
    application_name: 'holdfast jobs',
    max: works ? 4 : 1,
    supervise: works,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    schedule: false,
    useListenNotify: works,
  })
  boss.on('error', (error) => log.warn({ err: error }, 'The job queue reports an error'))
  await boss.start()
  await makeQueues(boss)
  return boss
}

/** Those that were made before keep their jobs for as long as is said here, too. */
async function makeQueues(boss: PgBoss): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  const { deleteAfterSeconds } = policy
  for (const name of jobNames) {
    const queue = known.get(name)
    if (queue === undefined) await boss.createQueue(name, { ...policy, ...patient[name] })
    else if (queue.deleteAfterSeconds !== deleteAfterSeconds)
      await boss.updateQueue(name, { deleteAfterSeconds })
  }
}
