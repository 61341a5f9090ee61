import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { processEnvironment } from '../../../config.ts'

const execute = promisify(execFile)

/** They are found as usual, and know nothing else of our surroundings. */
const env = { PATH: processEnvironment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' }

const found = new Map<string, Promise<boolean>>()

/** Whether a program does what these arguments say; tried once. */
function hasProgram(name: string, args: string | readonly string[], path = env.PATH): Promise<boolean> {
  const place = `${path}\0${name}`
  const looking =
    found.get(place) ??
    execute(name, [args].flat(), { timeout: 15_000, env: { PATH: path } }).then(
      () => true,
      () => false,
    )
  found.set(place, looking)
  return looking
}

/** Whether this machine can read videos and recordings. @param path where to look, as in `PATH` */
export async function hasFfmpeg(path = env.PATH): Promise<boolean> {
  return (await hasProgram('ffmpeg', '-version', path)) && hasProgram('ffprobe', '-version', path)
}

/** A program that was ended, or ended with another code than 0. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
}

/** Seconds and bytes. */
type Limits = { readonly seconds: number; readonly memory: number; readonly fileSize: number }

const maxOutput = 1_048_576

/**
 * Runs a program without a shell, with little of the machine for itself: less urgent than all else, and ended at the end
 * of its time. Where util-linux is installed the kernel bounds its memory, its time and its files as well, and where it
 * lets everybody have a network of their own, this one has nobody in it.
 * @returns what it wrote to its standard output, at most 1 MiB
 * @throws ProgramError
 */
export async function runLimited(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  limits: Limits,
): Promise<string> {
  const [command = program, ...rest] = [...(await bounds(limits)), program, ...args]
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
  const timer = setTimeout(() => child.kill('SIGKILL'), limits.seconds * 1000)
  let output = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length > maxOutput) child.kill('SIGKILL')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    })
    if (code === 0) return output
    throw new ProgramError(`${program} ended with ${code ?? 'a signal'}: ${complaint.trim()}`)
  } finally {
    clearTimeout(timer)
  }
}

/** With a network of its own, for which it must be root in a world of its own. */
const alone = ['-r', '-n'] as const

/** Whether this machine gives programs of ours a network of their own: many containers, and some kernels, do not. */
export function mayBeAlone(): Promise<boolean> {
  return hasProgram('unshare', [...alone, 'true'])
}

async function bounds({ seconds, memory, fileSize }: Limits): Promise<string[]> {
  const [hasPrlimit, hasNice, hasUnshare] = await Promise.all([
    hasProgram('prlimit', '--version'),
    hasProgram('nice', '--version'),
    mayBeAlone(),
  ])
  return [
    ...(hasNice ? ['nice', '-n', '10'] : []),
    ...(hasUnshare ? ['unshare', ...alone] : []),
    ...(hasPrlimit
      ? ['prlimit', `--as=${memory}`, `--cpu=${seconds * 2}`, `--fsize=${fileSize}`, '--core=0', '--']
      : []),
  ]
}
