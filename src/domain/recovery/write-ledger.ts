import { stringify } from 'csv-stringify'
import { Readable } from 'node:stream'
import type { Context } from '../../context.ts'
import { readLedger } from './describe-recovery.ts'
import { ledgerColumns, writeLedgerRow } from './ledger-words.ts'

/** The whole ledger as CSV (RFC 4180), with a header row. What a spreadsheet would run stands behind an apostrophe. */
export function writeLedger(ctx: Pick<Context, 'db'>, recoveryId: string): AsyncIterable<Buffer> {
  const rows = Readable.from(writeRows(ctx, recoveryId))
  return rows.pipe(stringify({ header: true, columns: [...ledgerColumns], escape_formulas: true }))
}

async function* writeRows(ctx: Pick<Context, 'db'>, recoveryId: string): AsyncGenerator<object> {
  for await (const row of readLedger(ctx, recoveryId)) yield writeLedgerRow(row)
}
