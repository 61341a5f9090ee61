import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const CRUISER = join(ROOT, 'node_modules/.bin/depcruise')
const RULES = join(ROOT, '.dependency-cruiser.js')

interface Cruise {
  modules: { source: string }[]
  summary: { violations: { from: string; rule: { name: string } }[] }
}

/** An import that some rule forbids: the file, what it imports, the rule. */
const FORBIDDEN = [
  ['src/lib/text.ts', '../store/posts.ts', 'lib-knows-lib'],
  ['src/config.ts', './store/posts.ts', 'config-knows-lib'],
  ['src/db/connect.ts', '../store/posts.ts', 'db-knows-lib'],
  ['src/store/follows.ts', '../domain/post.ts', 'store-knows-db'],
  ['src/domain/follow.ts', '../federation/send.ts', 'domain-knows-store'],
  ['src/api/routes.ts', '../federation/send.ts', 'api-knows-no-other-edge'],
  ['src/cli/post.ts', '../federation/send.ts', 'cli-knows-no-other-edge'],
  ['src/federation/inbox.ts', '../jobs/worker.ts', 'federation-knows-no-other-edge'],
  ['src/jobs/schedule.ts', '../federation/outbox/post.ts', 'jobs-knows-no-other-edge'],
  ['src/web/page.ts', '../federation/send.ts', 'web-knows-no-other-edge'],
  ['src/jobs/handlers.ts', '../federation/send.ts', 'handlers-list-what-leaves'],
  ['src/federation/build.ts', '../app.ts', 'composition-is-on-top'],
  ['src/cli/serve.ts', '../main.ts', 'main-is-the-end'],
  ['src/context.ts', './lib/log.ts', 'context-is-types'],
  ['src/domain/actor.ts', '@fedify/vocab', 'federation-alone-knows-fedify'],
  ['src/domain/query.ts', 'kysely', 'store-alone-writes-queries'],
  ['migrations/1.ts', '../src/lib/log.ts', 'migrations-are-frozen'],
  ['src/store/ids.ts', '../../test/support/world.ts', 'source-is-apart'],
  ['src/store/ids.ts', 'nowhere-to-be-found', 'everything-resolves'],
] as const

const ALLOWED = [
  ['src/main.ts', './app.ts'],
  ['src/app.ts', './federation/send.ts'],
  ['src/cli/serve.ts', '../app.ts'],
  ['src/jobs/handlers.ts', '../federation/outbox/post.ts'],
  ['src/federation/send.ts', '../domain/post.ts'],
  ['src/domain/post.ts', '../store/posts.ts'],
  ['src/store/posts.ts', '../lib/log.ts'],
] as const

test('every module of ours is seen, and none imports against the direction of the layers', async () => {
  const files = globSync('{src,migrations,test,bench}/**/*.ts', { cwd: ROOT })
  const { modules, summary } = await cruise(ROOT)
  const seen = modules.map(({ source }) => source)
  expect(seen).toEqual(expect.arrayContaining(files))
  expect(summary.violations).toEqual([])
})

test('an import against the direction is found, whichever rule it breaks', async () => {
  const tree = await plant([...ALLOWED, ...FORBIDDEN])
  const { summary } = await cruise(tree)
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)
  const expected = FORBIDDEN.map(([from, , rule]) => `${from}: ${rule}`)
  expect(found).toEqual(expect.arrayContaining(expected))
  for (const [from] of ALLOWED.filter(([file]) => FORBIDDEN.every(([other]) => other !== file)))
    expect(found.filter((line) => line.startsWith(from))).toEqual([])
})

function cruise(cwd: string): Promise<Cruise> {
  const args = [CRUISER, '--config', RULES, '--output-type', 'json', 'src', 'migrations', 'test', 'bench']
  const { promise, resolve, reject } = Promise.withResolvers<Cruise>()
  // It exits with the number of violations: the document on its standard output tells a violation from a failure.
  execFile(process.execPath, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (_exit, stdout, stderr) => {
    if (stdout.startsWith('{')) resolve(JSON.parse(stdout))
    else reject(new Error(stderr))
  })
  return promise
}

/** Writes a small program in which each file imports what is listed for it, and everything listed exists. */
async function plant(
  imports: readonly (readonly [file: string, target: string, rule?: string])[],
): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'modules-'))
  onTestFinished(() => rm(tree, { recursive: true }))
  await copyFile(join(ROOT, 'tsconfig.json'), join(tree, 'tsconfig.json'))
  const sources = new Map<string, string>([['bench/run.ts', '']])
  for (const [file, target] of imports) {
    const place = target.startsWith('.') ? join(dirname(file), target) : undefined
    if (place && !sources.has(place)) sources.set(place, '')
    sources.set(file, `${sources.get(file) ?? ''}import '${target}'\n`)
  }
  for (const [file, text] of sources) {
    await mkdir(join(tree, dirname(file)), { recursive: true })
    await writeFile(join(tree, file), text)
  }
  return tree
}
