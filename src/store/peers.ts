import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { firstIdAt } from '../lib/ids.ts'

/** Hosts that we know and do not block, the latest heard of first; not how they behave, only that they are there. */
export async function listPeers(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('hosts as h')
    .select('h.host')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('domainBlocks as b').select('b.domain').whereRef('b.domain', '=', 'h.host'))),
    )
    .orderBy(sql`h.last_heard_at desc nulls last`)
    .orderBy('h.id')
    .limit(limit)
    .execute()
  return rows.map(({ host }) => host)
}

export async function countPeers(db: Db): Promise<number> {
  const row = await db
    .selectFrom('hosts')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export type WeekOfActivity = {
  readonly week: Date
  readonly posts: number
  /** Who used an app. */
  readonly members: number
  readonly registrations: number
}

/** What happened here from each of these moments to the next. */
export async function countWeeks(db: Db, starts: readonly Date[], weekMs: number): Promise<WeekOfActivity[]> {
  return Promise.all(
    starts.map(async (week) => {
      const end = new Date(week.getTime() + weekMs)
      const { rows } = await sql<{ posts: string; members: string; registrations: string }>`select
        (select count(*) from posts where id >= ${firstIdAt(week)}::bigint and id < ${firstIdAt(end)}::bigint) posts,
        (select members from active_weeks where week = ${week}) members,
        (select count(*) from users where created_at >= ${week} and created_at < ${end}
          and confirmed_at is not null and approved_at is not null) registrations`.execute(db)
      const [row] = rows
      return {
        week,
        posts: Number(row?.posts ?? 0),
        members: Number(row?.members ?? 0),
        registrations: Number(row?.registrations ?? 0),
      }
    }),
  )
}
