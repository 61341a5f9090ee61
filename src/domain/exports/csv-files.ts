import { stringify } from 'csv-stringify/sync'
import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import {
  listBlockRows,
  listBookmarkRows,
  listDomainRows,
  listFollowRows,
  listFollowerRows,
  listMemberRows,
  listMuteRows,
  type PageAfter,
} from '../../store/kit-contents.ts'
import { listLists } from '../../store/lists.ts'
import { handleOf, statusUri } from '../accounts/addresses.ts'
import { writeFilters } from './write-filters.ts'

/** Rows of one query: as many as memory never notices. */
const batchSize = 1000

type Source = Pick<Context, 'db' | 'config'>
type Cells = readonly string[]

/** A file that a member takes away: its heading, if it has one, and its rows, batch by batch. */
type CsvFile = {
  readonly header?: Cells
  rows(ctx: Source, account: Actor): AsyncIterable<readonly Cells[]>
}

const address = 'Account address'

/**
 * The files that Mastodon offers, with its names, its columns and its headings or none of them
 * (`app/models/export.rb`), and the followers as GoToSocial and Takahē write them. Cells are written as they are, also
 * titles that a spreadsheet would take for a formula: what is read back must be what was there.
 */
const csvFiles = {
  'following_accounts.csv': {
    header: [address, 'Show boosts', 'Notify on new posts', 'Languages'],
    rows: ({ db, config }, { id }) =>
      inPages(
        (page) => listFollowRows(db, id, page),
        (row) => {
          const { showsBoosts, notifies, languages } = row
          return [handleOf(config, row), String(showsBoosts), String(notifies), (languages ?? []).join(', ')]
        },
      ),
  },
  'followers.csv': {
    header: [address],
    rows: ({ db, config }, { id }) =>
      inPages(
        (page) => listFollowerRows(db, id, page),
        (row) => [handleOf(config, row)],
      ),
  },
  'blocked_accounts.csv': {
    rows: ({ db, config }, { id }) =>
      inPages(
        (page) => listBlockRows(db, id, page),
        (row) => [handleOf(config, row)],
      ),
  },
  'muted_accounts.csv': {
    header: [address, 'Hide notifications'],
    rows: ({ db, config }, { id }) =>
      inPages(
        (page) => listMuteRows(db, id, page),
        (row) => [handleOf(config, row), String(row.hidesNotifications)],
      ),
  },
  'blocked_domains.csv': {
    rows: ({ db }, { id }) =>
      inPages(
        (page) => listDomainRows(db, id, page),
        ({ domain }) => [domain],
      ),
  },
  'lists.csv': {
    async *rows({ db, config }, { id }) {
      for (const list of await listLists(db, id))
        yield* inPages(
          (page) => listMemberRows(db, list.id, page),
          (row) => [list.title, handleOf(config, row)],
        )
    },
  },
  'bookmarks.csv': {
    rows: ({ db, config }, { id }) =>
      inPages(
        (page) => listBookmarkRows(db, id, page),
        (row) => [statusUri(config, { id: row.statusId, uri: row.statusUri }, row)],
      ),
  },
} as const satisfies Readonly<Record<string, CsvFile>>

type CsvName = keyof typeof csvFiles
export type ExportName = CsvName | 'custom_filters.json'

/** Every file there is to take away, by the names under which they are saved. */
export const exportNames: readonly ExportName[] = [
  ...(Object.keys(csvFiles) as CsvName[]),
  'custom_filters.json',
]

export function isExportName(name: string): name is ExportName {
  return (exportNames as readonly string[]).includes(name)
}

/** The text of a file, piece by piece, as it is while it is read. */
export async function* writeExport(ctx: Source, account: Actor, name: ExportName): AsyncIterable<string> {
  if (name === 'custom_filters.json') {
    yield await writeFilters(ctx, account)
    return
  }
  const { header, rows }: CsvFile = csvFiles[name]
  if (header !== undefined) yield stringify([header])
  for await (const batch of rows(ctx, account)) yield stringify([...batch])
}

async function* inPages<Row extends { readonly position: string }>(
  load: (page: PageAfter) => Promise<readonly Row[]>,
  write: (row: Row) => Cells,
): AsyncIterable<readonly Cells[]> {
  let after = '0'
  for (;;) {
    const page = await load({ after, limit: batchSize })
    if (page.length > 0) yield page.map(write)
    if (page.length < batchSize) return
    after = page.at(-1)!.position
  }
}
