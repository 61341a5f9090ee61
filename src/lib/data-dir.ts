import { randomBytes } from 'node:crypto'
import { access, chmod, constants, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { hasCode } from './error-code.ts'
import { messageOf, OperatorError } from './errors.ts'

/**
 * Makes sure that the data directory is there and private (0700), and returns its absolute path.
 * @throws OperatorError when it cannot be made or belongs to somebody else
 */
export async function prepareDataDir(dataDir: string): Promise<string> {
  const dir = resolve(dataDir)
  try {
    await mkdir(dirname(dir), { recursive: true })
    await mkdir(dir, { mode: 0o700 }).catch(ignoreExisting)
    if (((await stat(dir)).mode & 0o777) !== 0o700) await chmod(dir, 0o700)
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new OperatorError(`DATA_DIR ${dir} cannot be used: ${messageOf(error)}`, { cause: error })
  }
  return dir
}

/**
 * Creates a file that only its owner can read (0600): complete and on the disk, or not at all.
 * @returns false when a file of that name exists already; it is left as it is
 */
export async function createPrivateFile(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.draft`
  await writeDurably(draft, content)
  try {
    await link(draft, path)
    return true
  } catch (error) {
    ignoreExisting(error)
    return false
  } finally {
    await unlink(draft)
    await syncDir(dirname(path))
  }
}

/** The secret kept in that file; on the first call `make` makes it. Of several first callers all get the same one. */
export async function readOrCreateSecret(path: string, make: () => string): Promise<string> {
  const read = () => readFile(path, 'utf8')
  try {
    return await read()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    await createPrivateFile(path, make())
    return read()
  }
}

/** Makes names that were created, renamed or removed in a directory survive a power cut. */
export async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir)
  await handle.sync().finally(() => handle.close())
}

async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function ignoreExisting(error: unknown): void {
  if (!hasCode(error, 'EEXIST')) throw error
}
