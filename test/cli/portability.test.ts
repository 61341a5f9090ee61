import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportNames } from '../../src/domain/exports/csv-files.ts'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let line: CommandLine
let directory: string

beforeAll(async () => {
  line = await createCommandLine()
  directory = await mkdtemp(join(tmpdir(), 'holdfast-files-'))
  for (const name of ['anna', 'bob', 'eve'])
    await line.json(
      'account',
      'create',
      name,
      '--email',
      `${name}@mail.example`,
      '--password',
      'correct horse',
    )
})
afterAll(async () => {
  await line?.close()
  await rm(directory, { recursive: true })
})

const bring = async (content: string, ...options: string[]) => {
  const path = join(directory, 'brought.csv')
  await writeFile(path, content)
  return line.run('account', 'import', 'anna', path, ...options)
}

test('Lists come in and go out at a terminal', async () => {
  const file = 'bob@home.example\nnobody@home.example\nhello\n'
  const tried = await bring(file, '--type', 'following', '--dry-run')
  expect(tried).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '1 would be added, 0 there before, 2 failed, 0 would be removed.',
      'row  what                    why',
      '2    nobody@home.example,,,  There is nobody of this name here.',
      '3    hello,,,                This is no address like name@domain.',
      '',
    ].join('\n'),
  })
  const done = await bring(file, '--type', 'following', '--json')
  expect(JSON.parse(done.stdout)).toMatchObject({
    ...{ type: 'following', state: 'done', total: 3, added: 1, kept: 0, failed: 2, removed: 0 },
    failures: [{ number: 2 }, { number: 3, cells: ['hello', '', '', ''] }],
  })
  const over = await bring('eve@home.example\n', '--type', 'following', '--mode', 'overwrite')
  expect(over.stdout).toBe('1 added, 0 there before, 0 failed, 1 removed.\n')

  const target = join(directory, 'out')
  expect(await line.json('account', 'export', 'anna', '--csv', target)).toMatchObject({
    files: expect.arrayContaining([join(target, 'following_accounts.csv')]),
  })
  expect((await readdir(target)).sort()).toEqual([...exportNames].sort())
  const written = join(target, 'following_accounts.csv')
  expect(await readFile(written, 'utf8')).toBe(
    'Account address,Show boosts,Notify on new posts,Languages\neve@home.example,true,false,\n',
  )
  expect((await stat(written)).mode & 0o777).toBe(0o600)
  const again = await line.json('account', 'import', 'anna', written, '--mode', 'overwrite')
  expect(again).toMatchObject({ added: 0, kept: 1, failed: 0, removed: 0 })
})

test('What cannot be brought is said in a sentence', async () => {
  expect(await bring('bob@home.example\n')).toMatchObject({
    code: 1,
    stderr: 'Whether this is followed, blocked or muted cannot be seen: say what it is.\n',
  })
  const missing = await line.run('account', 'import', 'anna', join(directory, 'none.csv'))
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read') })
  expect(await bring('bob@home.example\n', '--type', 'followers')).toMatchObject({ code: 2 })
  expect(await bring('bob@home.example\n', '--type', 'blocks', '--mode', 'all')).toMatchObject({ code: 2 })
  expect((await line.run('account', 'export', 'anna')).code).toBe(2)
})
