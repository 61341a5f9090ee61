/** How far something is that takes long. */
export type Progress = {
  /** @param total unknown as long as it is undefined */
  update(done: number, total: number | undefined): void
  /** Leaves the last state on the screen and ends the line. */
  end(): void
}

type Terminal = {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const redrawMs = 100
const barWidth = 24

/**
 * A bar on one line of a terminal; nothing where there is none, so that logs and pipes stay clean.
 * @param label what is being done, in a few words
 */
export function showProgress(
  label: string,
  terminal: Terminal = process.stderr,
  now: () => number = Date.now,
): Progress {
  if (terminal.isTTY !== true) return { update: () => undefined, end: () => undefined }
  const begun = now()
  let drawn = 0
  let latest = ''
  const draw = () => {
    drawn = now()
    terminal.write(`\r\u001b[K${latest.slice(0, (terminal.columns ?? 80) - 1)}`)
  }
  return {
    update: (done, total) => {
      latest = describe(label, done, total, now() - begun)
      if (now() - drawn >= redrawMs) draw()
    },
    end: () => {
      draw()
      terminal.write('\n')
    },
  }
}

function describe(label: string, done: number, total: number | undefined, elapsedMs: number): string {
  const count = done.toLocaleString('en')
  if (total === undefined || total === 0) return `${label}  ${count}`
  const share = Math.min(1, done / total)
  const filled = Math.round(share * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  const rest = share > 0 && share < 1 ? `  ${formatSeconds((elapsedMs / share) * (1 - share))} left` : ''
  return `${label}  ${bar} ${Math.floor(share * 100)} %  ${count} of ${total.toLocaleString('en')}${rest}`
}

function formatSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
