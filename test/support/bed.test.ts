import { beforeAll, expect, test } from 'vitest'
import { join } from 'node:path'
import { runInBed } from './bed.ts'
import { describeWith } from './parts.ts'

await describeWith('namespaces', 'the bed', () => {
  let seen: Record<string, unknown>

  beforeAll(async () => {
    const lines = await runInBed(join(import.meta.dirname, 'bed-probe.ts'))
    seen = Object.assign({}, ...lines)
  })

  test('has names with certificates that everybody trusts, and a front that forwards', () => {
    expect(seen.ours).toEqual({ status: 200, seen: { host: 'ours.test', proto: 'https' } })
  })

  test('answers 502 for a server that is down', () => {
    expect(seen.theirs).toEqual({ status: 502 })
  })

  test('has no way out', () => {
    expect(seen.outside).toBe('ENETUNREACH')
  })
})
