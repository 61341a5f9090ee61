import { execFile } from 'node:child_process'
import { stat, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './support/free-port.ts'
import { until } from './support/until.ts'
import { startInstance, type Instance } from './support/instance.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, '../src/main.ts')

let instance: Instance
beforeAll(async () => void (instance = await startInstance()))
afterAll(() => instance[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}) => fetch(instance.origin + path, { headers })

test('The first start tells the operator the address and how to make the first account', async () => {
  await until('the greeting', () => instance.log().includes('npx holdfast account create'))
  expect(instance.log()).toContain(`ready at ${instance.origin}`)
})

test('It is alive and ready', async () => {
  expect((await get('/health/live')).status).toBe(200)
  expect((await get('/health/ready')).status).toBe(200)
})

test('What is kept is kept from others', async () => {
  expect((await stat(instance.dataDir)).mode & 0o777).toBe(0o700)
  const names = (await readdir(instance.dataDir, { withFileTypes: true })).filter((entry) => entry.isFile())
  expect(names.map((entry) => entry.name)).toContain('secret')
  for (const { name } of names) expect((await stat(join(instance.dataDir, name))).mode & 0o077).toBe(0)
  expect(Buffer.from(await readFile(join(instance.dataDir, 'secret'), 'utf8'), 'base64url')).toHaveLength(32)
})

test('A second server on the same DATA_DIR is refused in one sentence, and the first goes on', async () => {
  const env = { ...process.env, DATA_DIR: instance.dataDir, PORT: String(await freePort()) }
  const second = await run(process.execPath, [main, 'serve'], { env }).catch((error: unknown) => error)
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect((second as { stderr: string }).stderr).toMatch(
    /^Another Holdfast server runs on .* already: stop it.*\n$/,
  )
  expect((await get('/health/ready')).status).toBe(200)
})

test('After kill -9 it starts again, with everything that it had', async () => {
  const made = await instance.cli(
    'account',
    'create',
    'ada',
    '--email',
    'ada@example.org',
    '--password',
    'long enough',
  )
  const post = await instance.cli('post', 'ada', 'Still here')
  await instance.kill9()
  await instance.restart()
  const accept = { accept: 'application/activity+json' }
  expect(await (await fetch(made.uri, { headers: accept })).json()).toMatchObject({
    id: made.uri,
    type: 'Person',
  })
  expect(await (await fetch(post.uri, { headers: accept })).json()).toMatchObject({
    id: post.uri,
    type: 'Note',
  })
})

test('It stops when it is told to, and ends its database', async () => {
  await instance.stop()
  await expect(get('/health/live')).rejects.toThrow()
  await expect(stat(join(instance.dataDir, 'postgres/postmaster.pid'))).rejects.toThrow(/ENOENT/)
  await instance.start()
})
