import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificates } from './tls.ts'

const run = promisify(execFile)

/** Names in the bed, each with a public-looking address of its own; nothing of them is reachable from outside. */
export const BED = { 'ours.test': '11.1.1.1', 'theirs.test': '11.1.1.2', 'snac.test': '11.1.1.3' }

/** Where the system's programs look for trusted authorities (libcurl asks no environment variable). */
const TRUSTED = '/etc/ssl/certs/ca-certificates.crt'

const UNSHARE =
  process.getuid?.() === 0
    ? ['--net', '--mount']
    : ['--user', '--map-current-user', '--keep-caps', '--net', '--mount']

/** Milliseconds after which a program in the bed gets a SIGTERM. */
const PATIENCE = 15 * 60_000

/** Why this machine cannot make a bed; undefined where it can. */
export async function whyNoBed(): Promise<string | undefined> {
  const trial = 'ip link set lo up && mount --bind /etc/hosts /etc/hosts'
  try {
    await run('openssl', ['version'])
    await readFile(TRUSTED)
    await run('unshare', [...UNSHARE, 'sh', '-c', trial])
    return undefined
  } catch (error) {
    return `no network namespace with names and TLS can be made here: ${(error as Error).message.split('\n')[0]}`
  }
}

/**
 * Runs a Node program in a network namespace that holds nothing but loopback with the addresses and names of `BED`,
 * where everybody trusts a new authority, whose certificate for these names lies in the directory that the program
 * gets as its first argument. Servers in there need no exception from any guard that they have in production.
 * @returns the JSON lines that the program printed on its standard output
 */
export async function runInBed(program: string, ...args: readonly string[]): Promise<any[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bed-'))
  try {
    await makeCertificates(dir, Object.keys(BED))
    const trusted = (await readFile(TRUSTED, 'utf8')) + (await readFile(join(dir, 'ca.pem'), 'utf8'))
    const hosts = Object.entries({ localhost: '127.0.0.1', ...BED }).map(
      ([name, address]) => `${address} ${name}\n`,
    )
    await writeFile(join(dir, 'trusted.pem'), trusted)
    await writeFile(join(dir, 'hosts'), hosts.join(''))
    await writeFile(join(dir, 'enter.sh'), enter(dir))
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') }
    const command = [...UNSHARE, 'sh', '-e', join(dir, 'enter.sh'), process.execPath, program, dir, ...args]
    const { stdout } = await run('unshare', command, { env, maxBuffer: 2 ** 26, timeout: PATIENCE })
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const enter = (dir: string) => `
ip link set lo up
${Object.values(BED)
  .map((address) => `ip address add ${address}/32 dev lo`)
  .join('\n')}
mount --bind ${dir}/hosts /etc/hosts
mount --bind ${dir}/trusted.pem ${TRUSTED}
exec "$@"
`
