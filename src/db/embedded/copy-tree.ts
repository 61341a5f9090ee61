import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDir } from '../../lib/data-dir.ts'
import { withLockFile } from '../../lib/lock-file.ts'

/**
 * Copies the directories and files below `from` to `to`, where everybody may read and run them, unless `to` is
 * there already: it appears whole and on the disk, or not at all. Links are for `finish` to make.
 */
export async function copyTree(
  from: string,
  to: string,
  finish: (copy: string) => Promise<unknown>,
): Promise<void> {
  if (existsSync(to)) return
  await makeOpenDir(dirname(to))
  await withLockFile(`${to}.lock`, async () => {
    if (existsSync(to)) return
    const partial = `${to}.partial`
    await rm(partial, { recursive: true, force: true })
    await copyDir(from, partial)
    await finish(partial)
    await rename(partial, to)
    await syncDir(dirname(to))
  })
}

/** A directory that everybody may enter, whatever the umask says. */
export async function makeOpenDir(dir: string): Promise<void> {
  if (existsSync(dir)) return
  if (!existsSync(dirname(dir))) await makeOpenDir(dirname(dir))
  await mkdir(dir, { recursive: true })
  await chmod(dir, 0o755)
}

async function copyDir(from: string, to: string): Promise<void> {
  await makeOpenDir(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyDir(source, target)
    else if (entry.isFile()) await copyOpenFile(source, target)
  }
  await syncDir(to)
}

async function copyOpenFile(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  const executable = ((await stat(from)).mode & 0o100) !== 0
  await chmod(to, executable ? 0o755 : 0o644)
  const handle = await open(to)
  await handle.sync().finally(() => handle.close())
}
