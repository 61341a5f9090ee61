import type { Context, TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import type { ImportRow, RowOutcome } from '../../store/imports.ts'

/** What is done with a row of one kind. */
export type RowWork<Found> = {
  /**
   * Whom or what the row names; may ask other servers, and changes nothing.
   * @throws DomainError `unavailable` when it may be found another time; any other code when it will not be
   */
  find(job: RowJob): Promise<Found>
  /** Does it, or in a dry run says what would be done. @throws DomainError what is wrong with the row */
  apply(tx: TxContext, job: RowJob, found: Found): Promise<RowResult>
}

export type RowJob = {
  readonly ctx: Context
  readonly account: Actor
  readonly row: ImportRow
  readonly dryRun: boolean
  /** To be awaited before the row's host is asked or told anything: all of it is one visit. */
  knock(): Promise<void>
}

export type RowResult = {
  readonly outcome: Exclude<RowOutcome, 'failed'>
  readonly detail?: string
  readonly targetId: string | null
}

/** The cells of a row, in the order of its kind. */
export function cellsOf({ data }: Pick<ImportRow, 'data'>): readonly string[] {
  return JSON.parse(data) as string[]
}
