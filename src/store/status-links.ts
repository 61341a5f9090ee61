import { sql } from 'kysely'
import type { Tx } from '../context.ts'
import type { QuoteColumns } from './quotes.ts'

/** A status elsewhere with what it quotes. */
export type QuotingLink = QuoteColumns & { readonly id: string; readonly uri: string }

/**
 * Ties what came before to what it answers or quotes, which has come only now: two statements for any number of
 * arrivals.
 * @returns what quotes them
 */
export async function linkWaitingStatuses(
  tx: Tx,
  arrived: readonly { readonly id: string; readonly uri: string }[],
): Promise<QuotingLink[]> {
  if (arrived.length === 0) return []
  const ids = arrived.map(({ id }) => id)
  const uris = arrived.map(({ uri }) => uri)
  // Each is looked for by its index: nearly always nothing waits, and then nothing else is read.
  await sql`
    update remote_statuses w set in_reply_to_id = found.id
    from (
      select a.id, waiting.id as waiting_id from unnest(${ids}::bigint[], ${uris}::text[]) a (id, uri)
      cross join lateral (
        select r.id from remote_statuses r where r.in_reply_to_uri = a.uri and r.in_reply_to_id is null offset 0
      ) waiting
    ) found
    where w.id = found.waiting_id and w.id <> found.id`.execute(tx)
  const { rows } = await sql<QuotingLink>`
    update remote_statuses w set quote_of_id = found.id
    from (
      select a.id, waiting.id as waiting_id from unnest(${ids}::bigint[], ${uris}::text[]) a (id, uri)
      cross join lateral (
        select r.id from remote_statuses r where r.quote_uri = a.uri and r.quote_of_id is null offset 0
      ) waiting
    ) found
    where w.id = found.waiting_id and w.id <> found.id
    returning w.id, w.uri, w.quote_uri, w.quote_of_id, w.quote_state, w.quote_authorization_uri`.execute(tx)
  return rows
}
