import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { openApiFile } from '../contract/openapi.ts'
import { whyNoBed } from './bed.ts'
import { obtainSnac } from './snac-package.ts'

const run = promisify(execFile)

/** Recorded documents of real servers, where the checkout has them beside it. */
const corpusDir = join(import.meta.dirname, '../../../shared/corpus')

/** The Python that Debian's packages are for; another may come first on the path. */
export const debianPython = '/usr/bin/python3'

const REASONS = {
  chromium: () => reasonOf(run('chromium', ['--version'])),
  ffmpeg: () => reasonOf(run('ffmpeg', ['-version'])),
  namespaces: whyNoBed,
  snac2: async () => {
    const obtained = await obtainSnac()
    return 'missing' in obtained ? obtained.missing : undefined
  },
  corpus: async () => (existsSync(corpusDir) ? undefined : `no directory ${corpusDir}`),
  openapi: async () => (existsSync(openApiFile) ? undefined : `no file ${openApiFile}`),
  'Mastodon.py': () => reasonOf(run(debianPython, ['-c', 'import mastodon'])),
} satisfies Record<string, () => Promise<string | undefined>>

/** What some tests need and npm cannot bring. */
export type Part = keyof typeof REASONS

/** Whoever sets `CI` promises all of these: there a missing one fails instead of skipping. */
const PROMISED_IN_CI: readonly Part[] = ['chromium', 'ffmpeg', 'namespaces', 'snac2', 'Mastodon.py']

declare module 'vitest' {
  interface TaskMeta {
    /** Set on a suite that is skipped because this machine lacks something; `SkipsReporter` counts by it. */
    lacks?: { part: Part; reason: string }
  }
}

/** Why this machine lacks the part, in a few words, or undefined where it is at hand. */
export function whyMissing(part: Part): Promise<string | undefined> {
  return REASONS[part]()
}

/**
 * A `describe` whose tests need a part. Where it is missing they are skipped and counted, or fail as one test if
 * `CI` is set and the part is promised there. Await it at the top of the file: looking for a part takes time.
 */
export async function describeWith(part: Part, name: string, tests: () => void): Promise<void> {
  const reason = await whyMissing(part)
  if (reason === undefined) {
    describe(name, tests)
  } else if (process.env.CI && PROMISED_IN_CI.includes(part)) {
    test(`${name}: needs ${part}`, () => {
      throw new Error(`${part} is missing, and CI must have it: ${reason}`)
    })
  } else {
    describe.skip(name, { meta: { lacks: { part, reason } } }, tests)
  }
}

async function reasonOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return attempt.then(
    () => undefined,
    (error: unknown) =>
      String(error)
        .replace(/^Error: /, '')
        .split('\n', 1)[0],
  )
}
