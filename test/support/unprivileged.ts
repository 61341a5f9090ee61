import { chown, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NOBODY = 65534

/** Spawn options for programs that refuse to run as root; empty where we are an ordinary user already. */
export const unprivileged = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** A new directory under the system's temporary one that belongs to whom `unprivileged` programs run as. */
export async function makeUnprivilegedDir(prefix: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), prefix))
  if (unprivileged.uid) await chown(dir, unprivileged.uid, unprivileged.gid)
  return dir
}
