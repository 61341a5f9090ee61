import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const RUNNER = join(import.meta.dirname, '../../node_modules/.bin/vitest')

const SUITE = `
import { test } from 'vitest'
import { describeWith } from ${JSON.stringify(join(import.meta.dirname, 'parts.ts'))}
test('passes', () => {})
test.skip('is skipped for a reason of its own', () => {})
await describeWith('ffmpeg', 'thumbnails', () => {
  test('of a video', () => {})
  test('of a sound', () => {})
})
`
const CONFIG = `
import { SkipsReporter } from ${JSON.stringify(join(import.meta.dirname, 'skips-reporter.ts'))}
export default { test: { reporters: ['default', new SkipsReporter()] } }
`

test('what a missing part costs is counted, part by part, and the totals come last', async () => {
  const { code, lines } = await runSuite({})
  expect(lines.slice(-2)).toEqual([
    expect.stringMatching(/^2 skipped: ffmpeg is missing \(.+\)$/),
    '1 passed, 0 failed, 3 skipped',
  ])
  expect(code).toBe(0)
})

test('a part that CI promises fails the run where it is missing', async () => {
  const { code, lines } = await runSuite({ CI: 'true' })
  expect(lines).toContain('1 passed, 1 failed, 1 skipped')
  expect(code).toBe(1)
})

/** Runs the suite with a PATH on which there is nothing. */
async function runSuite(extra: { CI?: string }): Promise<{ code: unknown; lines: string[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'parts-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'parts.test.ts'), SUITE)
  await writeFile(join(dir, 'vitest.config.ts'), CONFIG)
  const { CI: _, ...environment } = process.env
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; lines: string[] }>()
  const env = { ...environment, PATH: dir, ...extra }
  execFile(process.execPath, [RUNNER, 'run', '--root', dir], { env }, (error, stdout) => {
    resolve({ code: error?.code ?? 0, lines: stdout.trim().split('\n') })
  })
  return promise
}
