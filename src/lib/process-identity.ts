import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Names a living process by its pid and the moment it started, so that a later process with the same pid is
 * another one. Undefined when there is no such process, or only its unreaped remains.
 */
export function identifyProcess(pid: number): string | undefined {
  const found = process.platform === 'linux' ? readProcStat(pid) : readPs(pid, 'stat=,lstart=')?.split(' ')
  const [state, ...started] = found ?? []
  return state === undefined || state.startsWith('Z') ? undefined : `${pid} ${started.join(' ').trim()}`
}

/** Whether the process that `identifyProcess` once named is still the one that runs. */
export function isStillRunning(identity: string): boolean {
  return identifyProcess(Number.parseInt(identity, 10)) === identity
}

/** What a living process was started with; arguments are parted by spaces. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return readPs(pid, 'command=')
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ')
}

/** State (field 3 of proc_pid_stat(5)) and start time in clock ticks since boot (field 22). */
function readProcStat(pid: number): string[] | undefined {
  const stat = readProc(pid, 'stat')
  // The name in field 2 is the program's own choice and may hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields && [fields[0] ?? '', fields[19] ?? '']
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return undefined
  }
}

function readPs(pid: number, columns: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8' }).trim()
    return output === '' ? undefined : output
  } catch {
    return undefined
  }
}
