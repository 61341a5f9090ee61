import { stringify } from 'csv-stringify/sync'
import type { Context } from '../../context.ts'
import { listImportRows, type Import, type ImportRow } from '../../store/imports.ts'
import { headerOf } from './columns.ts'
import { importKinds, type ImportKind } from './kinds.ts'
import { cellsOf } from './row-work.ts'

const batchSize = 1000

/**
 * Rows that failed, each with why, as a CSV that can be brought again when what was wrong is mended. Cells that a
 * spreadsheet would take for a formula are marked as text; the reader takes the mark away again.
 */
export async function* writeFailures(ctx: Pick<Context, 'db'>, { id, kind }: Import): AsyncIterable<string> {
  const header = Object.hasOwn(importKinds, kind) ? headerOf(kind as ImportKind) : ['Item']
  yield stringify([[...header, 'Reason']])
  let after = 0
  for (;;) {
    const rows = await listImportRows(ctx.db, id, { after, limit: batchSize, outcome: 'failed' })
    if (rows.length > 0) yield stringify(rows.map((row) => lineOf(row, header.length)))
    if (rows.length < batchSize) return
    after = rows.at(-1)!.number
  }
}

function lineOf(row: ImportRow, columns: number): string[] {
  const cells = cellsOrText(row)
  const padded = Array.from({ length: columns }, (_, index) => cells[index] ?? '')
  return [...padded, row.detail ?? ''].map(harmless)
}

/** The cells as they were; what is no list of cells, such as an item of an archive, is one. */
export function cellsOrText(row: Pick<ImportRow, 'data'>): readonly string[] {
  return row.data.startsWith('[') ? cellsOf(row) : [row.data]
}

function harmless(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}
