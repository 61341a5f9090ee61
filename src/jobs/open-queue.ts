import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { jobNames } from '../store/jobs.ts'

/** What a job may cost: half a minute each time, eight times over an hour or so, then it is kept as failed. */
const policy = {
  expireInSeconds: 60,
  heartbeatSeconds: 30,
  retryLimit: 8,
  retryDelay: 5,
  retryBackoff: true,
  notify: true,
} as const

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
    schedule: false,
    useListenNotify: works,
  })
  boss.on('error', (error) => log.warn({ err: error }, 'The job queue reports an error'))
  await boss.start()
  const known = new Set((await boss.getQueues()).map((queue) => queue.name))
  for (const name of jobNames.filter((each) => !known.has(each))) await boss.createQueue(name, policy)
  return boss
}
