import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { testOrigin } from '../support/context.ts'
import { openKit } from '../support/open-kit.ts'

const passphrase = 'a phrase that nobody guesses'

let holdfast: CommandLine
let directory: string
const path = (name: string): string => join(directory, name)

beforeAll(async () => {
  holdfast = await createCommandLine()
  directory = await mkdtemp(join(tmpdir(), 'holdfast-kit-'))
  await writeFile(path('phrase'), `${passphrase}\n`)
  await writeFile(path('short'), 'short')
  const who = ['--email', 'alice@mail.example', '--password', 'correct horse']
  await holdfast.json('account', 'create', 'alice', ...who)
  await holdfast.json('post', 'alice', 'Hello')
})
afterAll(async () => {
  await holdfast?.close()
  await rm(directory, { recursive: true })
})

test('A kit is made with the passphrase of a file, for nobody else to read', async () => {
  const made = await holdfast.json(
    ...['account', 'kit', 'alice', '--out', path('a.kit'), '--passphrase-file', path('phrase'), '--with-key'],
  )
  const { size, mode } = await stat(path('a.kit'))
  expect(made).toMatchObject({
    ...{ username: 'alice', file: path('a.kit'), bytes: size, standby: null },
    ...{ with_key: true, with_media: false, contents: { profile: 1, posts: 1, key: 2 } },
  })
  expect(mode & 0o777).toBe(0o600)
  const { owner, items } = await openKit(await readFile(path('a.kit'), 'utf8'), passphrase)
  expect(owner.actor).toBe(`${testOrigin}/users/alice`)
  expect(items['posts']).toHaveLength(1)
})

test('Another copy needs no passphrase, and replaces the one that is there', async () => {
  await holdfast.json('post', 'alice', 'Again')
  await holdfast.json('account', 'kit', 'alice', '--out', path('a.kit'))
  const { items } = await openKit(await readFile(path('a.kit'), 'utf8'), passphrase)
  expect(items['posts']).toHaveLength(2)
  expect(items['key']).toHaveLength(2)
})

test('Nothing else is overwritten, and what fails leaves nothing behind', async () => {
  const before = await readdir(directory)
  const kit = (...more: string[]) => holdfast.run('account', 'kit', 'alice', ...more)
  expect(await kit('--out', path('phrase'))).toMatchObject({
    code: 1,
    stderr: `${path('phrase')} is there already and is no recovery kit: name another file.\n`,
  })
  expect(await kit('--out', path('b.kit'), '--passphrase-file', path('short'))).toMatchObject({
    code: 1,
    stderr: 'A passphrase needs at least 12 characters.\n',
  })
  expect(await kit('--out', path('b.kit'), '--passphrase-file', path('none'))).toMatchObject({ code: 2 })
  expect(await kit('--out', path('none/b.kit'))).toMatchObject({ code: 1 })
  expect(await kit('--out', path('b.kit'), '--standby', 'alice')).toMatchObject({
    code: 1,
    stderr: 'A standby is on another server: when this one is gone, so is all of it.\n',
  })
  expect(await kit()).toMatchObject({ code: 2 })
  const who = ['--email', 'bob@mail.example', '--password', 'correct horse']
  await holdfast.json('account', 'create', 'bob', ...who)
  expect(await holdfast.run('account', 'kit', 'bob', '--out', path('b.kit'))).toMatchObject({
    code: 1,
    stderr: 'There is no recovery kit of this account yet: make one first.\n',
  })
  expect(await readdir(directory)).toEqual(before)
  expect(await readFile(path('phrase'), 'utf8')).toBe(`${passphrase}\n`)
})
