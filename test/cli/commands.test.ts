import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'

const names = commands.map(({ path }) => path.join(' '))

test('No two commands have one name', () => {
  expect(new Set(names).size).toBe(names.length)
})

test('No account can have a name that is taken for a subcommand', () => {
  const ambiguous = commands.filter(
    ({ path, args }) => args.length > 0 && names.some((name) => name.startsWith(`${path.join(' ')} `)),
  )
  expect(ambiguous.map(({ path }) => path.join(' '))).toEqual([])
})

test('What scripts rely on is there', () => {
  const promised = ['account create', 'account token', 'post', 'follow', 'timeline', 'deliveries']
  const operating = [
    'deliveries list',
    'deliveries replay',
    'domain block',
    'domain allow',
    'domain list',
    'migrate',
  ]
  expect(names).toEqual(expect.arrayContaining([...promised, ...operating]))
})

test('Help is one sentence', () => {
  expect(commands.filter(({ help }) => !/^[A-Z][^\n]{5,90}\.$/.test(help))).toEqual([])
})
