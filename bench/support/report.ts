import { median } from './statistics.ts'

/** One line of the result. `ratio` is value / floor; both are null where nothing is the least possible. */
export type Figure = {
  readonly bench: string
  readonly figure: string
  /** The median of all rounds. */
  readonly value: number
  readonly unit: string
  readonly floor: number | null
  /** The median of the ratios of the rounds, each taken against the floor of its own round. */
  readonly ratio: number | null
  /** The smallest and the largest value. */
  readonly spread: readonly [number, number]
}

/** What one round measured. */
export type Measurement = {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly floor?: number
}

/** Brings the rounds together, figure by figure, in the order in which the first round names them. */
export function summarise(bench: string, rounds: readonly (readonly Measurement[])[]): Figure[] {
  const byFigure = Map.groupBy(rounds.flat(), (measurement) => measurement.figure)
  return [...byFigure.values()].map((measurements) => summariseFigure(bench, measurements))
}

function summariseFigure(bench: string, measurements: readonly Measurement[]): Figure {
  const [{ figure, unit }] = measurements as [Measurement]
  const values = measurements.map(({ value }) => value)
  const floors = measurements.flatMap(({ floor }) => floor ?? [])
  const ratios = measurements.flatMap(({ value, floor }) => (floor === undefined ? [] : value / floor))
  return {
    bench,
    figure,
    value: round(median(values)),
    unit,
    floor: floors.length === 0 ? null : round(median(floors)),
    ratio: ratios.length === 0 ? null : round(median(ratios)),
    spread: [round(Math.min(...values)), round(Math.max(...values))],
  }
}

export function printFigure(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`)
}

/** Three significant digits, but never less than whole units: more would be noise. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
