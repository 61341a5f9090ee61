import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = join(import.meta.dirname, '../../node_modules/.cache')
const UNPACKED = join(CACHE, 'snac2')

/** The directory of an unpacked package, or the reason why this machine cannot have it. */
export type Obtained = { readonly root: string } | { readonly missing: string }

/**
 * Gets snac2 and whichever of its libraries this machine lacks from the machine's own Debian archive, backports
 * included, and unpacks them under `node_modules/.cache`. Nothing is installed and `/etc/apt` stays as it is.
 */
export async function obtainSnac(): Promise<Obtained> {
  if (existsSync(UNPACKED)) return { root: UNPACKED }
  try {
    const release = await readFile('/etc/os-release', 'utf8')
    const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1]
    if (!codename) return { missing: 'this is no Debian release' }
    await mkdir(CACHE, { recursive: true })
    return await fetchInto(await mkdtemp(join(CACHE, 'snac2-')), codename)
  } catch (error) {
    return { missing: `the Debian archive does not give it: ${describe(error)}` }
  }
}

/** @throws Error where `obtainSnac` gives a reason */
export async function getSnac(): Promise<string> {
  const obtained = await obtainSnac()
  if ('missing' in obtained) throw new Error(obtained.missing)
  return obtained.root
}

function describe(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string }
  return (stderr?.trim() || message).split('\n').at(-1) ?? ''
}

async function fetchInto(dir: string, codename: string): Promise<Obtained> {
  try {
    const apt = await privateApt(dir, codename)
    await apt('update')
    await apt('install', '--yes', '--download-only', '--no-install-recommends', '--reinstall', 'snac2')
    const archives = join(dir, 'cache/archives')
    for (const name of await readdir(archives))
      if (name.endsWith('.deb')) await run('dpkg', ['-x', join(archives, name), join(dir, 'root')])
    // Two test files may get here together: whoever renames first wins, and the other finds the same files.
    await rename(join(dir, 'root'), UNPACKED).catch((error: unknown) => {
      if (!existsSync(UNPACKED)) throw error
    })
    return { root: UNPACKED }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function privateApt(dir: string, codename: string) {
  for (const sub of ['sources', 'lists', 'cache/archives']) await mkdir(join(dir, sub), { recursive: true })
  for (const { name, text } of await configuredSources())
    await writeFile(join(dir, 'sources', name), withBackports(text, codename))
  const options = Object.entries({
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(dir, 'sources'),
    'Dir::State::lists': join(dir, 'lists'),
    'Dir::Cache': join(dir, 'cache'),
    'Debug::NoLocking': 'true',
    'APT::Sandbox::User': 'root',
    'Acquire::http::Timeout': '20',
    'APT::Update::Error-Mode': 'any',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  return (...args: string[]) => run('apt-get', ['-qq', ...options, ...args], { timeout: 120_000 })
}

async function configuredSources(): Promise<{ name: string; text: string }[]> {
  const parts = '/etc/apt/sources.list.d'
  const names = (await readdir(parts)).filter((name) => /\.(list|sources)$/.test(name))
  const files = names.map((name) => ({ name, path: join(parts, name) }))
  if (existsSync('/etc/apt/sources.list')) files.push({ name: 'main.list', path: '/etc/apt/sources.list' })
  return Promise.all(files.map(async ({ name, path }) => ({ name, text: await readFile(path, 'utf8') })))
}

/**
 * The sources (sources.list(5), either format) that serve the release `codename` itself, with its backports added;
 * third parties, whose suites are named otherwise, drop out.
 */
export function withBackports(text: string, codename: string): string {
  const named = new RegExp(`(^Suites:.*\\s|^deb\\s.*\\s)${codename}(?=\\s|$)`, 'm')
  const blocks = text.split(/^Types:/m.test(text) ? /\n\s*\n/ : '\n').filter((block) => named.test(block))
  return blocks.map((block) => offerBackports(block, codename, named)).join('\n\n') + '\n'
}

function offerBackports(block: string, codename: string, named: RegExp): string {
  if (block.startsWith('deb')) return `${block}\n${block.replace(named, `$1${codename}-backports`)}`
  return block.replace(/^Suites:.*$/m, `Suites: ${codename} ${codename}-backports`)
}
