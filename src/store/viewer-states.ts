import { sql } from 'kysely'
import type { Db } from '../context.ts'
import { followChains, type Link } from '../lib/follow-chains.ts'
import { mostStepsUp, parentOf } from './thread-roots.ts'
import { prepared } from '../db/prepared.ts'

/** What a member did with a status. */
export type ViewerState = {
  readonly liked: boolean
  readonly boosted: boolean
  readonly bookmarked: boolean
  /** The thread that it is in is muted, wherever in it that was asked for. */
  readonly muted: boolean
  readonly pinned: boolean
  /** Places of options of its poll, from 0. */
  readonly votes: readonly number[]
  /** What they put under it: an emoji, or a name and the picture that it stands for. */
  readonly reactions: readonly { readonly name: string; readonly emojiUrl: string | null }[]
}

/** With one query for any number of statuses, by their ids. */
export async function listViewerStates(
  db: Db,
  viewerId: string,
  statusIds: readonly string[],
): Promise<ReadonlyMap<string, ViewerState>> {
  const pairs = [...new Set(statusIds)].map((statusId) => ({ viewerId, statusId }))
  return (await listStatesOf(db, pairs)).get(viewerId) ?? new Map()
}

/** A row: `muted` as far up as to `answered`, which is another of the statuses, if it answers one. */
type Row = ViewerState & {
  readonly viewerId: string
  readonly statusId: string
  readonly answered: string | null
}

/**
 * With one query for any number of members and statuses: by the ids of members, then of statuses. Whether a thread is
 * muted is looked up once for statuses that answer each other.
 */
export async function listStatesOf(
  db: Db,
  pairs: readonly { readonly viewerId: string; readonly statusId: string }[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, ViewerState>>> {
  if (pairs.length === 0) return new Map()
  const viewer = sql`w.viewer_id`
  const result = await sql<Row>`
    with ${prepared} recursive wanted (viewer_id, id) as (
      select * from unnest(
        ${pairs.map(({ viewerId }) => viewerId)}::bigint[], ${pairs.map(({ statusId }) => statusId)}::bigint[])
    ),
    up (viewer_id, id, at, parent, steps) as (
      select w.viewer_id, s.id, s.id, s.in_reply_to_id, 0 from statuses s join wanted w on w.id = s.id
      where exists (select from muted_threads m where m.account_id = w.viewer_id)
      union all
      select up.viewer_id, up.id, s.id, s.in_reply_to_id, up.steps + 1
      from up ${parentOf('up')}
      where up.steps < ${mostStepsUp}::int
        and not exists (select from wanted o where o.viewer_id = up.viewer_id and o.id = up.parent)
    ),
    muted (viewer_id, id) as (
      select up.viewer_id, up.id from up join muted_threads m on m.root_id = up.at and m.account_id = up.viewer_id
    ),
    answering as (
      select up.viewer_id, up.id, up.parent
      from up join wanted o on o.viewer_id = up.viewer_id and o.id = up.parent
    )
    select w.viewer_id, w.id as status_id,
      exists (select from likes l where l.status_id = w.id and l.actor_id = ${viewer}) as liked,
      exists (select from statuses b
        where b.boost_of_id = w.id and b.actor_id = ${viewer} and b.deleted_at is null) as boosted,
      exists (select from bookmarks k where k.status_id = w.id and k.account_id = ${viewer}) as bookmarked,
      exists (select from featured_statuses p where p.status_id = w.id and p.actor_id = ${viewer}) as pinned,
      (w.viewer_id, w.id) in (select viewer_id, id from muted) as muted, a.parent as answered,
      array(select v.choice::integer from poll_votes v
        where v.status_id = w.id and v.actor_id = ${viewer} order by v.choice) as votes,
      (select coalesce(json_agg(json_build_object('name', e.name, 'emojiUrl', e.emoji_url)), '[]')
        from reactions e where e.status_id = w.id and e.actor_id = ${viewer}) as reactions
    from wanted w left join answering a on a.viewer_id = w.viewer_id and a.id = w.id`.execute(db)
  const rows = Map.groupBy(result.rows, ({ viewerId }) => viewerId)
  return new Map([...rows].map(([viewerId, states]) => [viewerId, withMutesFromAbove(states)]))
}

function withMutesFromAbove(rows: readonly Row[]): Map<string, ViewerState> {
  const links = rows.map(
    ({ statusId, muted, answered }) => [statusId, muted ? { value: true } : { next: answered }] as const,
  )
  const muted = followChains(new Map<string, Link<boolean>>(links))
  return new Map(
    rows.map(({ viewerId: _viewer, statusId, answered: _answered, ...state }) => [
      statusId,
      { ...state, muted: muted.get(statusId) === true },
    ]),
  )
}
