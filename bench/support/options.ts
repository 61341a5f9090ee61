import type { Figure } from './report.ts'

/** What a run of any benchmark is told. */
export type BenchOptions = {
  /** How often everything is measured. */
  readonly rounds: number
  /** Directory for CPU profiles of the server. */
  readonly profile?: string | undefined
  /** Where each figure goes. */
  readonly print: (figure: Figure) => void
}
