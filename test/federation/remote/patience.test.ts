import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createPatience } from '../../../src/federation/remote/patience.ts'
import { signUp } from '../../support/api.ts'
import { startServer } from '../../support/server.ts'

const never = () => new Promise<never>(() => undefined)

test('What comes in time is the answer, and so is what is refused', async () => {
  const patience = createPatience()
  expect(await patience('sea.example', async () => 'fish')).toBe('fish')
  const refused = patience('sea.example', async () => Promise.reject(new Error('no fish')))
  await expect(refused).rejects.toThrow('no fish')
  expect(await patience('sea.example', async () => 'fish')).toBe('fish')
})

test('A domain that did not answer is not waited for again for a while, and others are', async () => {
  const patience = createPatience({ waitMs: 20 })
  const silence = { code: 'unavailable', message: 'sea.example does not answer.' }
  await expect(patience('sea.example', never)).rejects.toMatchObject(silence)
  await expect(patience('sea.example', async () => 'fish')).rejects.toMatchObject(silence)
  expect(await patience('land.example', async () => 'fox')).toBe('fox')
})

test('A post does not wait for a server that is silent, and asks it once', { timeout: 60_000 }, async () => {
  let asked = 0
  const silent = createServer(() => void asked++)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as { port: number }
  await using server = await startServer()
  const alice = await signUp(server, 'alice')
  const say = (text: string) => alice.post('/api/v1/statuses', { status: text })
  expect((await say(`Hello @mal@localhost:${port}`)).mentions).toEqual([])
  expect((await say(`Hello again @mal@localhost:${port}`)).mentions).toEqual([])
  expect(asked).toBe(1)
  silent.closeAllConnections()
  silent.close()
})
