import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { canEnter, listSystemUsers } from '../../src/lib/run-as.ts'

test('the users of the machine are listed with their numbers', async () => {
  const users = await listSystemUsers()
  expect(users).toContainEqual({ name: 'root', uid: 0, gid: 0 })
})

test('a directory can be entered only if every one above it can', async () => {
  const closed = await mkdtemp(join(tmpdir(), 'holdfast-enter-'))
  onTestFinished(() => rm(closed, { recursive: true }))
  const inner = join(closed, 'inner')
  await mkdir(inner)
  await chmod(inner, 0o755)
  const stranger = { name: 'stranger', uid: 54321, gid: 54321 }
  const owner = { name: 'owner', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  expect(await canEnter(inner, stranger)).toBe(false)
  expect(await canEnter(inner, owner)).toBe(true)
  await chmod(closed, 0o711)
  expect(await canEnter(inner, stranger)).toBe(true)
  await chmod(inner, 0o077)
  expect(await canEnter(inner, owner)).toBe(false)
})
