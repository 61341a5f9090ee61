import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { openZip } from '../support/open-zip.ts'

let holdfast: CommandLine
let dir: string

beforeAll(async () => {
  holdfast = await createCommandLine()
  dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const given = ['--email', 'alice@mail.example', '--password', 'correct horse']
  await holdfast.json('account', 'create', 'alice', ...given)
  await holdfast.json('post', 'alice', 'For everybody')
  await holdfast.json('post', 'alice', 'For nobody', '--visibility', 'direct')
})
afterAll(async () => {
  await holdfast?.close()
  await rm(dir, { recursive: true })
})

describe('holdfast account export', () => {
  test('writes an archive that nobody else can read, and checks it', async () => {
    const file = join(dir, 'alice.zip')
    const written = await holdfast.json('account', 'export', 'alice', '--out', file)
    expect(written).toMatchObject({
      ...{ file, account: '@alice@home.example', actor: 'https://home.example/users/alice', missing: [] },
      counts: { outbox: 2, media: 0 },
    })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const outbox = JSON.parse((await openZip(file)).get('outbox.json')!.toString())
    expect(outbox.orderedItems.map(({ object }: any) => object.source.content)).toEqual([
      'For everybody',
      'For nobody',
    ])
    const { made_at, signed_by } = written
    const checked = await holdfast.json('account', 'export', '--verify', file)
    expect(checked).toMatchObject({ valid: true, actor: written.actor, made_at, signed_by })
    const said = await holdfast.run('account', 'export', '--verify', file)
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('whole and as it was made')])
  })

  test('leaves what is there as it is, unless it is told to, and nothing half written', async () => {
    const file = join(dir, 'kept.zip')
    await writeFile(file, 'mine')
    const refused = await holdfast.run('account', 'export', 'alice', '--out', file)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('already')])
    expect(await readFile(file, 'utf8')).toBe('mine')
    await holdfast.json('account', 'export', 'alice', '--out', file, '--force')
    expect(await holdfast.json('account', 'export', '--verify', file)).toMatchObject({ valid: true })
    const nowhere = await holdfast.run('account', 'export', 'alice', '--out', join(dir, 'no/such.zip'))
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('ENOENT')])
    expect((await readdir(dir)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('refuses a file that is none, or was changed', async () => {
    const file = join(dir, 'changed.zip')
    await holdfast.json('account', 'export', 'alice', '--out', file)
    const bytes = await readFile(file)
    await writeFile(file, bytes.with(200, (bytes[200] ?? 0) ^ 1))
    for (const path of [file, import.meta.filename, join(dir, 'missing.zip')]) {
      const { code, stdout } = await holdfast.run('account', 'export', '--verify', path)
      expect([path, code, stdout]).toEqual([path, 1, ''])
    }
  })

  test('writes the lists as files', async () => {
    const lists = join(dir, 'lists')
    const { files } = await holdfast.json('account', 'export', 'alice', '--csv', lists)
    expect(files).toHaveLength(8)
    for (const path of files) expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(join(lists, 'followers.csv'), 'utf8')).toBe('Account address\n')
    expect((await holdfast.run('account', 'export', 'alice', '--csv', lists)).code).toBe(1)
    await holdfast.json('account', 'export', 'alice', '--csv', lists, '--force')
  })

  test('wants to know one thing to do', async () => {
    const words = [
      [],
      ['alice'],
      ['--out', 'x'],
      ['alice', '--verify', 'x'],
      ['alice', '--out', 'x', '--csv', 'y'],
    ]
    for (const given of words) {
      const { code, stderr } = await holdfast.run('account', 'export', ...given)
      expect([given, code, stderr]).toEqual([given, 2, expect.stringContaining('Say either')])
    }
  })
})
