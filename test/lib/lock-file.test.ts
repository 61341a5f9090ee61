import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLockFile } from '../../src/lib/lock-file.ts'
import { identifyProcess } from '../../src/lib/process-identity.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-lock-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** Runs several holders at the same time and tells how many were inside together at most. */
async function crowd(path: string, size: number): Promise<number> {
  let inside = 0
  let most = 0
  const enter = async () => {
    most = Math.max(most, ++inside)
    await turn()
    inside--
  }
  await Promise.all(Array.from({ length: size }, () => withLockFile(path, enter)))
  return most
}

test('one at a time holds the lock, and nothing is left of it', async () => {
  expect(await crowd(join(dir, 'lock'), 10)).toBe(1)
  expect(await readdir(dir)).toEqual([])
})

test('the lock of a dead process is cleared by one of those who wait', async () => {
  const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim()
  await writeFile(join(dir, 'lock'), `${dead} 1`)
  expect(await crowd(join(dir, 'lock'), 10)).toBe(1)
})

test('a process that merely has the pid of the holder does not keep the lock', async () => {
  await writeFile(join(dir, 'lock'), `${process.pid} 1`)
  expect(identifyProcess(process.pid)).not.toBe(`${process.pid} 1`)
  expect(await withLockFile(join(dir, 'lock'), async () => 'in')).toBe('in')
})

test('the lock is given back when the work fails', async () => {
  const failing = withLockFile(join(dir, 'lock'), async () => {
    throw new Error('out of luck')
  })
  await expect(failing).rejects.toThrow('out of luck')
  expect(await readdir(dir)).toEqual([])
})
