import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

test('Domains are blocked, listed and allowed again', async () => {
  expect(await holdfast.json('domain', 'block', 'Evil.example', '--comment', 'spam')).toEqual({
    domain: 'evil.example',
    blocked: true,
  })
  expect(await holdfast.json('domain', 'list')).toEqual([{ domain: 'evil.example', comment: 'spam' }])
  expect(await holdfast.run('domain', 'list')).toEqual({
    code: 0,
    stdout: 'evil.example  spam\n',
    stderr: '',
  })
  expect(await holdfast.json('domain', 'allow', 'evil.example')).toEqual({
    domain: 'evil.example',
    blocked: false,
  })
  expect(await holdfast.run('domain', 'list')).toMatchObject({ stdout: 'No domain is blocked.\n' })
  expect(await holdfast.run('domain', 'allow', 'evil.example')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'evil.example is not blocked.\n',
  })
})

test('The database is brought up to date', async () => {
  expect(await holdfast.json('migrate')).toEqual({ migrated: true })
})
