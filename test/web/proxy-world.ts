import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { cacheDir } from '../../src/domain/media/cache-files.ts'
import { proxiedUrl } from '../../src/domain/media/proxied-url.ts'
import { startRemoteServer, type RemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Our server, and another one that has media. */
export type ProxyWorld = AsyncDisposable & {
  readonly server: TestServer
  readonly remote: RemoteServer
  /** Puts a file on the other server. @returns its address there */
  put(body: Buffer | RequestListener, type?: string): string
  /** Where our server has it. */
  proxied(url: string): string
  /** How our server answers for it. */
  statusOf(url: string): Promise<number>
  /** How often the other server was asked for it. */
  timesFetched(url: string): number
  /** Files of any name on our disk. */
  filesKept(url: string): Promise<number>
}

export async function startProxyWorld(): Promise<ProxyWorld> {
  const server = await startServer()
  const remote = await startRemoteServer()
  const proxied = (url: string): string => proxiedUrl(server.ctx, url)
  let serial = 0
  return {
    server,
    remote,
    proxied,
    put: (body, type = 'image/png') => {
      const path = `/media/${++serial}`
      const file: RequestListener = (_request, response) =>
        response.writeHead(200, { 'content-type': type }).end(body)
      remote.serve(path, typeof body === 'function' ? body : file)
      return remote.origin + path
    },
    statusOf: async (url) => {
      const response = await fetch(proxied(url))
      await response.arrayBuffer()
      return response.status
    },
    timesFetched: (url) => remote.fetched().filter((path) => path === new URL(url).pathname).length,
    filesKept: async (url) => {
      const name = createHash('sha256').update(url).digest('hex')
      const names = await readdir(join(cacheDir(server.ctx.config), name.slice(0, 2))).catch(() => [])
      return names.filter((each) => each.startsWith(name)).length
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await remote[Symbol.asyncDispose]()
    },
  }
}
