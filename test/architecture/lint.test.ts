import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const LINTER = join(ROOT, 'node_modules/.bin/oxlint')

/** A rule of the house, and the least source that breaks it. */
const BROKEN = [
  ['eslint(complexity)', `export const f = (n: number) => [${'n && '.repeat(13)}n]`],
  ['eslint(max-lines)', '// one line\n'.repeat(401)],
  ['eslint(max-lines-per-function)', `export function f() {\n${'  f()\n'.repeat(60)}}`],
  ['eslint(no-restricted-imports)', `import { env } from 'node:process'\nexport const home = env.HOME`],
  ['eslint(no-restricted-properties)', 'declare const sql: { raw: String }\nexport const query = sql.raw'],
  ['import(no-cycle)', `import { f as g } from './FILE'\nexport const f = () => g`],
  ['import(no-default-export)', 'export default 1'],
  ['node(no-process-env)', 'export const home = process.env.HOME'],
  ['oxc(no-barrel-file)', `export * from './other.ts'`],
  ['typescript(no-explicit-any)', 'export const value: any = 1'],
  ['typescript(no-floating-promises)', 'export async function f() {}\nexport const g = () => {\n  f()\n}'],
] as const

test('the linter finds whatever the house forbids', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lint-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'other.ts'), 'export const other = 1\n')
  for (const [index, [, source]] of BROKEN.entries())
    await writeFile(join(dir, `${index}.ts`), source.replace('FILE', `${index}.ts`))
  const found = await lint(dir)
  for (const [index, [rule]] of BROKEN.entries())
    expect(found).toContain(`${join(dir, `${index}.ts`)}: ${rule}`)
})

/** Lints a directory by the rules of this one: `file: rule` for each finding. */
function lint(dir: string): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  execFile(process.execPath, [LINTER, '--format', 'json', dir], { cwd: ROOT }, (_exit, stdout, stderr) => {
    if (!stdout.startsWith('{')) return reject(new Error(stdout + stderr))
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }
    resolve(diagnostics.map(({ filename, code }) => `${filename}: ${code}`))
  })
  return promise
}
