import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that keeps files in one folder, `/files/`: https://www.rfc-editor.org/rfc/rfc4918, as far as we use it. */
export type WebdavServer = AsyncDisposable & {
  readonly folder: string
  readonly username: string
  readonly password: string
  readonly files: Map<string, Buffer>
  /** Every request that was let in, such as `PUT /files/x 12`, with the length that was announced. */
  readonly requests: string[]
  /** From now on a method is answered so; undefined does it again. */
  refuse(method: string, status: number | undefined): void
}

export async function startWebdavServer(): Promise<WebdavServer> {
  const [username, password] = ['alice', 'pass:wörd']
  const files = new Map<string, Buffer>()
  const requests: string[] = []
  const refusals = new Map<string, number>()
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const server = createServer((request, response) => void answer(request, response))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat((await request.toArray()) as Buffer[])
    const { method = '', url = '', headers } = request
    if (headers.authorization !== expected) return void response.writeHead(401).end()
    requests.push(`${method} ${url} ${headers['content-length'] ?? '-'}`)
    const refused = refusals.get(method)
    if (refused !== undefined) return void response.writeHead(refused).end()
    act({ method, url, headers, body }, files, response)
  }
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    folder: `http://localhost:${(server.address() as AddressInfo).port}/files`,
    username,
    password,
    files,
    requests,
    refuse: (method, status) => {
      if (status === undefined) refusals.delete(method)
      else refusals.set(method, status)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Asked = Pick<IncomingMessage, 'headers'> & { method: string; url: string; body: Buffer }

function act(
  { method, url, headers, body }: Asked,
  files: Map<string, Buffer>,
  response: ServerResponse,
): void {
  const file = files.get(url)
  if (!url.startsWith('/files/')) response.writeHead(409).end()
  else if (method === 'PUT') {
    files.set(url, body)
    response.writeHead(file === undefined ? 201 : 204).end()
  } else if (file === undefined) response.writeHead(404).end()
  else if (method === 'HEAD') response.writeHead(200, { 'content-length': file.length }).end()
  else if (method === 'DELETE' || method === 'MOVE') {
    const to = method === 'MOVE' ? URL.parse(String(headers['destination']))?.pathname : undefined
    if (to !== undefined) files.set(to, file)
    files.delete(url)
    response.writeHead(204).end()
  } else response.writeHead(405).end()
}
