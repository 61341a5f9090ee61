import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const schema = join(root, 'src/db/schema.ts')

test('schema.ts says what the migrations make', async () => {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-schema-'))
  const generated = join(directory, 'schema.ts')
  try {
    const options = ['--config-file', '.kysely-codegenrc.json', '--out-file', generated]
    const codegen = join(root, 'node_modules/.bin/kysely-codegen')
    await run(codegen, [...options, '--url', database.connectionString], { cwd: root })
    const style = { ...(await resolveConfig(schema)), filepath: schema }
    expect(await format(await readFile(generated, 'utf8'), style)).toBe(await readFile(schema, 'utf8'))
  } finally {
    await rm(directory, { recursive: true })
    await database.drop()
  }
})
