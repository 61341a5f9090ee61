import { expect, test } from 'vitest'
import { createSlots } from '../../src/lib/slots.ts'

const never = new AbortController().signal

test('each key holds a few places, all together some more, and the next in turn that may comes in', async () => {
  const slots = createSlots({ total: 3, perKey: 2, maxWaiting: 10 })
  const entered: string[] = []
  const take = async (key: string, name: string) => {
    const release = await slots.take(key, never)
    entered.push(name)
    return release
  }
  const [a1, a2] = await Promise.all([take('a', 'a1'), take('a', 'a2')])
  const a3 = take('a', 'a3')
  const b1 = await take('b', 'b1')
  const b2 = take('b', 'b2')
  expect(entered).toEqual(['a1', 'a2', 'b1'])
  b1?.()
  await b2
  a1?.()
  await a3
  expect(entered).toEqual(['a1', 'a2', 'b1', 'b2', 'a3'])
  a2?.()
  a2?.()
  const c1 = take('c', 'c1')
  await c1
  const c2 = take('c', 'c2')
  await Promise.resolve()
  expect(entered).toEqual(['a1', 'a2', 'b1', 'b2', 'a3', 'c1'])
  ;(await c1)?.()
  await c2
})

test('whoever gives up does not keep a place, and only so many wait', async () => {
  const slots = createSlots({ total: 1, perKey: 1, maxWaiting: 1 })
  const release = await slots.take('a', never)
  const impatient = new AbortController()
  const waiting = slots.take('b', impatient.signal)
  expect(await slots.take('c', never)).toBeUndefined()
  impatient.abort()
  expect(await waiting).toBeUndefined()
  expect(await slots.take('d', impatient.signal)).toBeUndefined()
  const next = slots.take('e', never)
  release?.()
  expect(await next).toBeTypeOf('function')
})

test('of each key only so many wait', async () => {
  const slots = createSlots({ total: 1, perKey: 1, maxWaiting: 3, maxWaitingPerKey: 2 })
  const release = await slots.take('a', never)
  const [first, second] = [slots.take('a', never), slots.take('a', never)]
  expect(await slots.take('a', never)).toBeUndefined()
  const other = slots.take('b', never)
  expect(await slots.take('c', never)).toBeUndefined()
  release?.()
  for (const turn of [first, second, other]) (await turn)?.()
  expect(await slots.take('a', never)).toBeTypeOf('function')
})
