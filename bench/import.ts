import { join } from 'node:path'
import { sql } from 'kysely'
import type { Context } from '../src/context.ts'
import { transact } from '../src/db/transact.ts'
import { createArchiveImport } from '../src/domain/imports/archive/create-archive-import.ts'
import { archiveImportLimits } from '../src/domain/imports/archive/limits.ts'
import { workOnArchive } from '../src/domain/imports/archive/work-on-archive.ts'
import type { Actor } from '../src/store/actors.ts'
import { oldActor, writeMastodonArchive } from '../test/support/archives.ts'
import { silentWorld } from '../test/support/context.ts'
import { createMember } from '../test/support/people.ts'
import { openCluster } from './support/cluster.ts'
import type { BenchOptions } from './support/options.ts'
import { summarise, type Measurement } from './support/report.ts'
import { createWorld } from './support/world.ts'

export type ImportSizes = { readonly posts: number }

export const importSizes: ImportSizes = { posts: 20_000 }

/**
 * How many posts of a Mastodon archive without pictures are taken in each second, the second time too, beside inserting
 * the very same rows (posts, their former addresses, polls) in transactions of as many.
 */
export async function benchImport({ posts }: ImportSizes, options: BenchOptions): Promise<void> {
  await using cluster = await openCluster()
  await using world = await createWorld(cluster)
  const ctx = { ...world.ctx, remote: silentWorld }
  const path = join(cluster.dataDir, 'archive.zip')
  await writeMastodonArchive(path, posts, 0)
  const rounds: Measurement[][] = []
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await measureRound(ctx, path, { posts, round }))
  summarise('import', rounds).forEach(options.print)
}

async function measureRound(
  ctx: Context,
  path: string,
  { posts, round }: { posts: number; round: number },
): Promise<Measurement[]> {
  const account = await createMember(ctx, `member${round}`)
  const first = await time(() => bring(ctx, account, path))
  const again = await time(() => bring(ctx, account, path))
  const other = await createMember(ctx, `floor${round}`)
  const batches = await readSame(ctx, account, other)
  const least = await time(() => insertAll(ctx, batches))
  const unit = 'posts/s'
  return [
    { figure: 'brought', value: posts / first, unit, floor: posts / least },
    { figure: 'brought again', value: posts / again, unit },
  ]
}

/** Seconds. */
async function time(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

async function bring(ctx: Context, account: Actor, path: string): Promise<void> {
  const file = { path, name: 'archive.zip' }
  const { id } = await createArchiveImport(ctx, account, file, { inPlace: true })
  await workOnArchive(ctx, id, path)
}

/** A batch of rows of each table, as JSON. */
type Batch = { readonly posts: string; readonly formerIds: string; readonly polls: string }

/** Row by row what was brought, as another account's. */
async function readSame(ctx: Context, from: Actor, to: Actor): Promise<Batch[]> {
  const { rows } = await sql<{ post: string; polls: string; uris: string[] }>`
    select to_jsonb(p)::text as post,
      coalesce((select jsonb_agg(to_jsonb(q)) from polls q where q.status_id = p.id), '[]')::text as polls,
      array(select f.uri from post_former_ids f where f.post_id = p.id) as uris
    from posts p where p.actor_id = ${from.id} order by p.id`.execute(ctx.db)
  const size = archiveImportLimits.batch
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => {
    const batch = rows.slice(index * size, (index + 1) * size).map((row) => describe(row, to))
    return {
      posts: JSON.stringify(batch.map(({ post }) => post)),
      formerIds: JSON.stringify(batch.flatMap(({ formerIds }) => formerIds)),
      polls: JSON.stringify(batch.flatMap(({ polls }) => polls)),
    }
  })
}

async function insertAll(ctx: Context, batches: readonly Batch[]): Promise<void> {
  for (const { posts, formerIds, polls } of batches) {
    await transact(ctx, async ({ db }) => {
      await sql`insert into posts select * from jsonb_populate_recordset(null::posts, ${posts}::jsonb)`.execute(
        db,
      )
      await sql`insert into post_former_ids
        select * from jsonb_populate_recordset(null::post_former_ids, ${formerIds}::jsonb)`.execute(db)
      await sql`insert into polls select * from jsonb_populate_recordset(null::polls, ${polls}::jsonb)`.execute(
        db,
      )
    })
  }
}

function describe(row: { post: string; polls: string; uris: string[] }, to: Actor) {
  const post = JSON.parse(row.post) as Record<string, unknown>
  // One more than the number that the id was, so that it is free.
  const id = (BigInt(/"id": ?(\d+)/.exec(row.post)![1]!) ^ 1n).toString()
  const polls = (JSON.parse(row.polls) as object[]).map((poll) => ({ ...poll, status_id: id }))
  return {
    post: { ...post, id, actor_id: to.id, in_reply_to_id: null },
    polls,
    formerIds: row.uris.map((uri) => ({
      uri: uri.replace(oldActor, `${oldActor}2`),
      post_id: id,
      claim: 'own',
    })),
  }
}
