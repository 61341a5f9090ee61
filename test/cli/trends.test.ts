import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

test('Hashtags and pages are hidden from what trends, listed and shown again, however they are typed', async () => {
  expect(await holdfast.json('trends', 'hide', 'Spam')).toEqual({ hidden: '#spam' })
  await holdfast.json('trends', 'hide', '#SPAM')
  const url = 'https://ads.example/buy?now=1'
  expect(await holdfast.json('trends', 'hide', 'HTTPS://ads.example/buy?now=1')).toEqual({ hidden: url })
  const listed = await holdfast.json('trends', 'hidden')
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(['#spam', url])
  expect(await holdfast.json('trends', 'show', '#spam')).toEqual({ shown: '#spam' })
  expect(await holdfast.run('trends', 'hidden')).toMatchObject({ stdout: `${url}\n` })
  const { code, stderr } = await holdfast.run('trends', 'hide', 'two words')
  expect(code).toBe(1)
  expect(stderr).toMatch(/is not a hashtag/)
})
