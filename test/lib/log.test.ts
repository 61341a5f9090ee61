import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const logModule = join(import.meta.dirname, '../../src/lib/log.ts')

/** Runs a program that logs, and gives what it wrote. */
async function writtenBy(program: string, options: { level: string; pretty: boolean }) {
  const source = `import { createLogger } from ${JSON.stringify(logModule)}
    const log = createLogger(${JSON.stringify(options)})
    ${program}`
  return run(process.execPath, ['--input-type=module', '--eval', source])
}

test('A pipe gets JSON, on standard error only', async () => {
  const { stdout, stderr } = await writtenBy(`log.info({ host: 'away.example' }, 'Delivered')`, {
    level: 'info',
    pretty: false,
  })
  expect(stdout).toBe('')
  expect(JSON.parse(stderr)).toMatchObject({ level: 30, host: 'away.example', msg: 'Delivered' })
})

test('A terminal gets readable lines, on standard error only', async () => {
  const { stdout, stderr } = await writtenBy(`log.warn('Careful')`, { level: 'info', pretty: true })
  expect(stdout).toBe('')
  expect(stderr).toMatch(/\d\d:\d\d:\d\d.*WARN.*Careful/)
})

test('What is below the level is not written', async () => {
  const { stderr } = await writtenBy(`log.info('Never'); log.error('Always')`, {
    level: 'warn',
    pretty: false,
  })
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg),
  ).toEqual(['Always'])
})

test('Secrets are not written, wherever they stand', async () => {
  const program = `
    const secret = 's3cret'
    log.info({ password: secret, user: { token: secret }, privateKey: secret }, 'one')
    log.info({ headers: { authorization: secret, cookie: secret, signature: secret, accept: 'plain' } }, 'two')
    log.info({ request: { headers: { authorization: secret } }, access_token: secret, code: secret }, 'three')`
  const { stderr } = await writtenBy(program, { level: 'info', pretty: false })
  expect(stderr).not.toContain('s3cret')
  expect(stderr).toContain('plain')
  expect(stderr.trim().split('\n')).toHaveLength(3)
})
