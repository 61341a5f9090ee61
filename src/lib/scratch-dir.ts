import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const forgottenMs = 24 * 3600_000

/**
 * A place on disk for files that are in the making: `tmp` in the data directory, which the container image makes its
 * temporary directory, since what members bring may be larger than memory. What a killed process left there goes after
 * a day.
 */
export async function prepareScratchDir(dataDir: string, now: Date): Promise<void> {
  const dir = join(dataDir, 'tmp')
  await mkdir(dir, { mode: 0o700, recursive: true })
  for (const name of await readdir(dir)) {
    const path = join(dir, name)
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && now.getTime() - found.mtimeMs > forgottenMs)
      await rm(path, { recursive: true, force: true })
  }
}
