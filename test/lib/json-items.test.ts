import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonItemsError, readJsonItems } from '../../src/lib/json-items.ts'

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, size = 7, maxItem = 10_000): Promise<unknown[]> {
  return collect(readJsonItems(inChunks(text, size), 'orderedItems', maxItem))
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('The items of a list in a JSON text', () => {
  test('are those that a parser finds, however the text is cut', async () => {
    const items = fc.array(fc.jsonValue(), { maxLength: 6 })
    const around = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(items, around, fc.integer({ min: 1, max: 40 }), async (given, others, size) => {
        const { orderedItems: _, ...rest } = others
        const document = { ...rest, nested: { orderedItems: ['not this'] }, orderedItems: given, after: [1] }
        const expected = JSON.parse(JSON.stringify(given)) as unknown[]
        expect(await read(JSON.stringify(document), size, 1e6)).toEqual(expected)
        expect(await read(JSON.stringify(document, undefined, 2), size, 1e6)).toEqual(expected)
        expect(await read(JSON.stringify(given), size, 1e6)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['ends too early', '{"orderedItems":[{"a":1},{"b":'],
    ['has no such list', '{"items":[1]}'],
    ['has something else under that name', '{"orderedItems":{"a":[1]}}'],
    ['holds an entry that is not JSON', '{"orderedItems":[1,tru]}'],
    ['is empty', ''],
  ])('are refused where the text %s', async (_what, text) => {
    await expect(read(text)).rejects.toThrow(JsonItemsError)
  })

  test('are refused where one is too long, before all of it was read', async () => {
    let read = 0
    const endless = async function* () {
      yield Buffer.from('[["')
      for (;;) {
        read += 1000
        yield Buffer.alloc(1000, 'a')
      }
    }
    await expect(collect(readJsonItems(endless(), 'x', 10_000))).rejects.toThrow('longer than is allowed')
    expect(read).toBeLessThan(20_000)
  })

  test('come while the rest is not read yet', async () => {
    const source = async function* () {
      yield Buffer.from('[1,2,')
      throw new Error('The rest was asked for')
    }
    const items = readJsonItems(source(), 'x', 100)
    expect((await items.next()).value).toBe(1)
    expect((await items.next()).value).toBe(2)
    await expect(items.next()).rejects.toThrow('The rest was asked for')
  })
})
