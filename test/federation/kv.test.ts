import { expect, test } from 'vitest'
import { PostgresKvStore } from '../../src/federation/kv.ts'
import { saveValue } from '../../src/store/kv.ts'
import { createTestContext } from '../support/context.ts'
import { use } from '../support/use.ts'

const { ctx } = await use(createTestContext())
const kv = new PostgresKvStore(ctx.db)

async function list(prefix: [] | [string, ...string[]]): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { key, value } of kv.list(prefix)) found.push([key, value])
  return found
}

test('What is kept is found under its name alone, and under the head of it', async () => {
  await kv.set(['a', 'b'], { n: 1 })
  await kv.set(['a', 'b'], { n: 2 })
  await kv.set(['a', 'bc'], 'text')
  expect(await kv.get(['a', 'b'])).toEqual({ n: 2 })
  expect(await kv.get(['a'])).toBeUndefined()
  expect(await list(['a', 'b'])).toEqual([[['a', 'b'], { n: 2 }]])
  expect(await list([])).toHaveLength(2)
  await kv.delete(['a', 'b'])
  expect(await list(['a'])).toEqual([[['a', 'bc'], 'text']])
})

test('What has expired is not there', async () => {
  await saveValue(ctx.db, '["old"]', '1', new Date(Date.now() - 1000))
  await saveValue(ctx.db, '["fresh"]', '2', new Date(Date.now() + 3600_000))
  expect([await kv.get(['old']), await kv.get(['fresh'])]).toEqual([undefined, 2])
  expect(await list(['old'])).toEqual([])
})
