import { chmod, cp, lstat, mkdir, mkdtemp, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findBinaries, provideBinaries } from '../../../src/db/embedded/binaries.ts'
import { isRoot, listSystemUsers } from '../../../src/lib/run-as.ts'
import { ask, makeDataDir, open } from './support.ts'

/** A directory that its owner root alone can enter. */
async function makeClosedDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-closed-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

describe.skipIf(!isRoot())('as root', () => {
  test('a DATA_DIR that others cannot reach holds a link to the database, which stays the same', async () => {
    const dataDir = await makeDataDir(await makeClosedDir())
    const first = await open(dataDir)
    await ask(first.connectionString, 'create table kept as select 42 as answer')
    await first.close()
    expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true)
    expect(await readlink(join(dataDir, 'postgres'))).toMatch(/^\/var\/lib\/holdfast\/[0-9a-f]{12}$/)

    const second = await open(dataDir)
    expect(await ask(second.connectionString, 'select answer from kept')).toEqual({ answer: 42 })
    await second.close()
  })

  test('a new DATA_DIR at the path of a deleted one gets a database of its own', async () => {
    const parent = await makeClosedDir()
    const dataDir = await makeDataDir(parent)
    const clusters: string[] = []
    for (const _ of ['deleted', 'new']) {
      await rm(dataDir, { recursive: true })
      const embedded = await open(dataDir)
      clusters.push(await realpath(join(dataDir, 'postgres')))
      await embedded.close()
    }
    expect(clusters[0]).not.toBe(clusters[1])
    await rm(clusters[0] ?? '', { recursive: true })
  })

  test('a link to a database that is not there is refused', async () => {
    const dataDir = await makeDataDir()
    await symlink('/nonexistent/cluster', join(dataDir, 'postgres'))
    await expect(open(dataDir)).rejects.toThrow(/points to a database that is not there/)
  })

  test('an unreachable checkout has its binaries copied, once and complete', async () => {
    const user = (await listSystemUsers()).find(({ name }) => name === 'nobody')
    const installed = findBinaries()
    const closed = { ...installed, dir: join(await makeClosedDir(), 'native') }
    const isLink = async (path: string) => (await lstat(path)).isSymbolicLink()
    const filter = async (path: string) => !(await isLink(path))
    await cp(installed.dir, closed.dir, { recursive: true, filter })

    const copyHome = join(await makeClosedDir(), 'bin')
    await chmod(join(copyHome, '..'), 0o755)
    const [copy, again] = await Promise.all([
      provideBinaries(closed, user, copyHome),
      provideBinaries(closed, user, copyHome),
    ])
    expect(again).toEqual(copy)
    expect(copy.dir.startsWith(copyHome)).toBe(true)
    const { ino } = await stat(copy.dir)
    expect((await stat((await provideBinaries(closed, user, copyHome)).dir)).ino).toBe(ino)
    const version = execFileSync(join(copy.dir, 'bin/postgres'), ['--version'], {
      uid: user!.uid,
      gid: user!.gid,
      env: {},
      encoding: 'utf8',
    })
    expect(version).toContain(`PostgreSQL) ${installed.major}.`)
  })
})

test('binaries whose library links were never made get them in place', async () => {
  const installed = findBinaries()
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-native-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const bare = { ...installed, dir: join(dir, 'native') }
  const filter = async (path: string) => !(await lstat(path)).isSymbolicLink()
  await mkdir(bare.dir)
  await cp(installed.dir, bare.dir, { recursive: true, filter })
  const initdb = () => execFileSync(join(bare.dir, 'bin/initdb'), ['--version'], { env: {}, stdio: 'pipe' })
  expect(initdb).toThrow('error while loading shared libraries')
  expect(await provideBinaries(bare, undefined, join(dir, 'unused'))).toEqual(bare)
  expect(initdb().toString()).toContain(`PostgreSQL) ${installed.major}.`)
})
