import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'

/** A mail that was not sent yet; what it says is sealed. */
export type WaitingMail = {
  readonly id: string
  readonly kind: string
  readonly state: 'waiting' | 'failed'
  readonly tries: number
  readonly createdAt: Date
  readonly problem: string | null
}

/** The latest first. */
export async function listWaitingMails(db: Db, limit: number): Promise<WaitingMail[]> {
  const result = await sql<WaitingMail>`
    select id, data->>'kind' as kind, case when state = 'failed' then 'failed' else 'waiting' end as state,
      retry_count as tries, created_on as created_at, left(output->>'message', 200) as problem
    from pgboss.job where name = 'mail.send' and state in ('created', 'retry', 'active', 'failed')
    order by created_on desc limit ${limit}`.execute(db)
  return result.rows
}

/** Those that were given up are tried anew. @returns how many */
export async function retryFailedMails(tx: Tx): Promise<number> {
  const result = await sql`
    update pgboss.job set state = 'retry', retry_count = 0, start_after = now(), completed_on = null, output = null
    where name = 'mail.send' and state = 'failed'`.execute(tx)
  return Number(result.numAffectedRows ?? 0n)
}
