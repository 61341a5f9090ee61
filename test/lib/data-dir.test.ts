import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPrivateFile, prepareDataDir, readOrCreateSecret } from '../../src/lib/data-dir.ts'
import { OperatorError } from '../../src/lib/errors.ts'

let parent = ''
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'holdfast-data-dir-'))
})
afterEach(() => rm(parent, { recursive: true }))

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('a data directory is private, made or found', async () => {
  const made = await prepareDataDir(join(parent, 'a/b'))
  expect(made).toBe(join(parent, 'a/b'))
  expect(await modeOf(made)).toBe(0o700)
  await chmod(made, 0o755)
  await prepareDataDir(made)
  expect(await modeOf(made)).toBe(0o700)
})

test('a file in the place of the data directory is the operator’s to remove', async () => {
  await writeFile(join(parent, 'file'), '')
  await expect(prepareDataDir(join(parent, 'file/data'))).rejects.toThrow(OperatorError)
})

test('a private file is made once, whole and without leftovers', async () => {
  const path = join(parent, 'secret')
  expect(await createPrivateFile(path, 'first')).toBe(true)
  expect(await createPrivateFile(path, 'second')).toBe(false)
  expect(await modeOf(path)).toBe(0o600)
  expect(await readdir(parent)).toEqual(['secret'])
})

test('all who ask for a secret at the same time get the same one', async () => {
  const path = join(parent, 'secret')
  const asked = Array.from({ length: 20 }, (_, index) => readOrCreateSecret(path, () => `secret ${index}`))
  const secrets = new Set(await Promise.all(asked))
  expect(secrets.size).toBe(1)
  expect(secrets).toContain(await readOrCreateSecret(path, () => 'too late'))
})
