import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A user of this machine, as passwd(5) lists it. */
export type SystemUser = { readonly name: string; readonly uid: number; readonly gid: number }

export const isRoot = (): boolean => process.getuid?.() === 0

/** The users in `/etc/passwd`, in its order. */
export async function listSystemUsers(): Promise<SystemUser[]> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').filter((line) => line.includes(':'))
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':')
    return { name, uid: Number(uid), gid: Number(gid) }
  })
}

/** Whether that user may enter `dir` and every directory above it, by their owners and modes. */
export async function canEnter(dir: string, user: SystemUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(dir)
  const executeBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  if ((mode & executeBit) === 0) return false
  return dirname(dir) === dir || canEnter(dirname(dir), user)
}
