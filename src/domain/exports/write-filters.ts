import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { listFilters } from '../../store/filters.ts'
import { listFilteredRows } from '../../store/kit-contents.ts'
import { statusUri } from '../accounts/addresses.ts'

/** `custom_filters.json` as Mastodon writes it: a bounded number, so that it is one piece. */
export async function writeFilters(ctx: Pick<Context, 'db' | 'config'>, account: Actor): Promise<string> {
  const filters = []
  for (const filter of await listFilters(ctx.db, account.id)) {
    const statuses = await listFilteredRows(ctx.db, filter.id)
    filters.push({
      title: filter.title,
      expires_at: filter.expiresAt?.toISOString() ?? null,
      context: filter.contexts,
      action: filter.action,
      keywords_attributes: filter.keywords.map(({ keyword, wholeWord }) => ({
        keyword,
        whole_word: wholeWord,
      })),
      statuses: statuses.map((row) => statusUri(ctx.config, { id: row.statusId, uri: row.statusUri }, row)),
    })
  }
  return `${JSON.stringify({ custom_filters: filters }, null, 2)}\n`
}
