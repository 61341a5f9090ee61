import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bootstrap } from '../../src/bootstrap.ts'
import { loadConfig } from '../../src/config.ts'
import type { Context } from '../../src/context.ts'
import { freePort } from '../../test/support/free-port.ts'
import { startInstance, type Instance } from '../../test/support/instance.ts'
import type { Cluster } from './cluster.ts'

/** An instance on a new database, and our own way into it, to prepare it and to see what it has done. */
export type World = AsyncDisposable & {
  readonly ctx: Context
  readonly origin: string
  readonly databaseUrl: string
  /** The server in its own process, as an operator would run it. */
  serve(): Promise<Instance>
}

/** @param profile a directory for CPU profiles of the server */
export async function createWorld(cluster: Cluster, profile?: string): Promise<World> {
  const databaseUrl = await cluster.createDatabase()
  const dir = join(cluster.dataDir, new URL(databaseUrl).pathname)
  await mkdir(dir)
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const env = { ORIGIN: origin, DATABASE_URL: databaseUrl, DATA_DIR: dir, LOG_LEVEL: 'warn' }
  const app = await bootstrap(loadConfig(env))
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const nodeFlags = [...(await readStartFlags()), ...profiling]
  return {
    ctx: app.ctx,
    origin,
    databaseUrl,
    serve: () => startInstance({ env, nodeFlags, dir, port }),
    [Symbol.asyncDispose]: () => app.close(),
  }
}

/** What `npm start` tells Node. */
async function readStartFlags(): Promise<string[]> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: { start: string } }
  return scripts.start.split(' ').filter((word) => word.startsWith('--'))
}
