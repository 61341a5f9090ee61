import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { commandLineOf, identifyProcess, isStillRunning } from '../../src/lib/process-identity.ts'

test('a process is known while it lives', async () => {
  const child = spawn(process.execPath, ['--eval', 'process.stdin.resume()', 'name) with (parentheses'])
  const identity = identifyProcess(child.pid ?? 0) ?? ''
  expect(identity).toMatch(new RegExp(`^${child.pid} .`))
  expect(isStillRunning(identity)).toBe(true)
  expect(isStillRunning(`${child.pid} another start`)).toBe(false)
  expect(commandLineOf(child.pid ?? 0)).toContain('name) with (parentheses')

  child.stdin.end()
  await once(child, 'exit')
  expect(isStillRunning(identity)).toBe(false)
  expect(commandLineOf(child.pid ?? 0)).toBeUndefined()
})
