import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { run } from '../support/command-line.ts'

describe('help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists every command and serve', async (argv) => {
    const { code, stdout, stderr } = await run(argv)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const listed = stdout.split('\n').map((line) => line.trim())
    for (const path of ['serve', ...commands.map((command) => command.path.join(' '))]) {
      expect(
        listed.filter((line) => line.startsWith(path)),
        path,
      ).not.toEqual([])
    }
  })

  test.each(commands.map(({ path }) => path))('%s %s explains itself', async (...path) => {
    const words = path.filter((word) => word !== undefined)
    const { code, stdout } = await run([...words, '--help'])
    expect(code).toBe(0)
    const [help, , usage] = stdout.split('\n')
    expect(help).toMatch(/^[A-Z].*\.$/)
    expect(usage).toMatch(new RegExp(`^Usage: holdfast ${words.join(' ')}.* \\[--json\\]$`))
    expect(stdout).toMatch(/ {2}--json {2,}\S/)
  })

  test('of one command names its arguments, its options and their values', async () => {
    const { stdout } = await run(['account', 'create', '--help'])
    expect(stdout).toContain(
      'Usage: holdfast account create NAME --email E [--password P] [--password-stdin] ' +
        '[--role owner|admin|moderator|member] [--json]',
    )
  })

  test('of a group lists the group', async () => {
    const { stdout } = await run(['domain', '--help'])
    expect(stdout).toContain('domain block DOMAIN')
    expect(stdout).not.toContain('account')
  })
})

describe('words that make no sense end with 2 and say what would', () => {
  test.each([
    [['fly'], 'There is no command fly: `holdfast --help` lists all.'],
    [['domain'], 'Say which: holdfast domain block, holdfast domain allow, holdfast domain list.'],
    [['domain', 'bloc'], 'Say which: holdfast domain block'],
    [['post', 'alice'], 'Usage: holdfast post NAME TEXT'],
    [['post', 'alice', 'two', 'words'], 'Usage: holdfast post NAME TEXT'],
    [['post', 'alice', 'hi', '--loud'], "Unknown option '--loud'"],
    [['post', 'alice', 'hi', '--visibility', 'secret'], '--visibility must be one of public, unlisted'],
    [['post', 'alice', 'hi', '--summary'], "Option '--summary <value>' argument missing"],
    [['account', 'create', 'alice'], '--email is needed'],
    [['deliveries', 'list', '--state', 'lost'], '--state must be one of pending, delivered'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim()).not.toContain('\n')
  })
})

test('Settings that will not do are listed, and nothing is opened', async () => {
  const { code, stdout, stderr } = await run(['migrate', '--json'], { PORT: 'x', ROLES: 'cook' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/PORT: .*\n.*ROLES: /)
})

test('A database that does not answer is one sentence', async () => {
  const { code, stderr } = await run(['domain', 'list'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })
  expect(code).toBe(1)
  expect(stderr).not.toMatch(/\n +at /)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
