const width = 24

export type Progress = { advance(done: number): void; end(): void }

/** A bar on standard error for those who watch; nothing for those who do not. */
export function showProgress(label: string, total: number): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { advance: () => undefined, end: () => undefined }
  let shown = -1
  return {
    advance(done) {
      const filled = Math.floor((done / total) * width)
      if (filled === shown) return
      shown = filled
      stderr.write(`\r\u001b[K${label} [${'='.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${total}`)
    },
    end: () => void stderr.write('\r\u001b[K'),
  }
}
