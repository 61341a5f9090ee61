import { expect, test } from 'vitest'
import { showProgress } from '../../src/lib/progress.ts'

function createTerminal(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) }
}

test('A terminal shows how far it is, how much there is and how long it will take', () => {
  const terminal = createTerminal(true)
  let now = 0
  const progress = showProgress('Importing posts', terminal, () => now)
  now = 10_000
  progress.update(2_500, 10_000)
  progress.end()
  expect(terminal.written[0]).toBe(
    '\r\u001b[KImporting posts  ██████░░░░░░░░░░░░░░░░░░ 25 %  2,500 of 10,000  30 s left',
  )
  expect(terminal.written.at(-1)).toBe('\n')
})

test('It draws ten times a second at most, and the last state in any case', () => {
  const terminal = createTerminal(true)
  let now = 1000
  const progress = showProgress('Reading', terminal, () => now)
  for (let done = 1; done <= 1000; done++) {
    now += 1
    progress.update(done, undefined)
  }
  expect(terminal.written.length).toBeLessThanOrEqual(11)
  progress.end()
  expect(terminal.written.at(-2)).toContain('Reading  1,000')
})

test('Where there is no terminal nothing is written', () => {
  const terminal = createTerminal(false)
  const progress = showProgress('Reading', terminal)
  progress.update(1, 2)
  progress.end()
  expect(terminal.written).toEqual([])
})
