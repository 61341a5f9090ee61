import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareScratchDir } from '../../src/lib/scratch-dir.ts'

test('What is in the making stays, and what was left a day ago goes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'scratch-'))
  try {
    const now = new Date()
    await prepareScratchDir(dataDir, now)
    const [young, old] = [join(dataDir, 'tmp/young'), join(dataDir, 'tmp/old')]
    await writeFile(young, '')
    await writeFile(old, '')
    const yesterday = new Date(now.getTime() - 25 * 3600_000)
    await utimes(old, yesterday, yesterday)
    await prepareScratchDir(dataDir, now)
    expect(await readdir(join(dataDir, 'tmp'))).toEqual(['young'])
  } finally {
    await rm(dataDir, { recursive: true })
  }
})
