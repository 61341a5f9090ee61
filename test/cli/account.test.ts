import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testOrigin } from '../support/context.ts'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

const create = (name: string) => ['account', 'create', name, '--email', `${name}@mail.example`]

test('An account is made, and its address told', async () => {
  const made = await holdfast.json(...create('alice'), '--password', 'correct horse', '--role', 'owner')
  expect(made).toEqual({
    id: expect.stringMatching(/^\d+$/),
    username: 'alice',
    uri: `${testOrigin}/users/alice`,
  })
})

test('To a person it is told in words', async () => {
  const { code, stdout } = await holdfast.run(...create('bob'), '--password', 'correct horse')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `@bob@home.example is ready: ${testOrigin}/users/bob\n`,
  })
})

test('What cannot be is one sentence and exit code 1', async () => {
  const again = await holdfast.run(...create('Alice'), '--password', 'correct horse', '--json')
  expect(again).toEqual({ code: 1, stdout: '', stderr: 'The name Alice is taken.\n' })
  const short = await holdfast.run(...create('carol'), '--password', 'short')
  expect(short).toEqual({ code: 1, stdout: '', stderr: 'A password has at least 10 characters.\n' })
})

test('The password may come from standard input, without its line end', async () => {
  const short = await holdfast.runWith('123456789\n', ...create('dave'), '--password-stdin')
  expect(short).toMatchObject({ code: 1, stderr: 'A password has at least 10 characters.\n' })
  const long = await holdfast.runWith('1234567890\n', ...create('dave'), '--password-stdin')
  expect(long).toMatchObject({ code: 0, stderr: '' })
})

test('At a terminal the password is asked for and not shown', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  const typing = holdfast.runWith(terminal, ...create('erin'))
  terminal.write('correct horse\r')
  const { code, stdout, stderr } = await typing
  expect(code).toBe(0)
  expect(stderr).toBe('Password: \n')
  expect(stdout).not.toContain('correct')
})

test('Whoever gives up at the terminal gets no account', async () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  const typing = holdfast.runWith(terminal, ...create('frank'))
  terminal.write('\u0003')
  expect(await typing).toMatchObject({ code: 2, stdout: '', stderr: 'Password: \nNo password was given.\n' })
  expect(await holdfast.run('account', 'token', 'frank')).toMatchObject({ code: 1 })
})

test('Without a terminal and a password nothing waits', async () => {
  expect(await holdfast.run(...create('grace'))).toMatchObject({ code: 2, stdout: '' })
})

test('A token is issued for what it allows', async () => {
  expect(await holdfast.json('account', 'token', 'alice')).toEqual({
    access_token: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(await holdfast.run('account', 'token', 'alice', '--scopes', 'read fly')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'There is no scope fly.\n',
  })
  expect(await holdfast.run('account', 'token', 'nobody')).toMatchObject({
    code: 1,
    stderr: 'There is no account nobody here.\n',
  })
})

test('An account is locked and opened', async () => {
  expect(await holdfast.json('account', 'lock', 'alice', 'on')).toMatchObject({
    username: 'alice',
    locked: true,
  })
  expect(await holdfast.json('account', 'lock', 'alice', 'off')).toMatchObject({ locked: false })
  expect(await holdfast.run('account', 'lock', 'alice', 'maybe')).toMatchObject({ code: 2 })
})
