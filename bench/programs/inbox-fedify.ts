import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFederation, InProcessMessageQueue, MemoryKvStore } from '@fedify/fedify'
import { Create, Note, Person } from '@fedify/vocab'
import { Pool } from 'pg'
import { answerQuestions } from '../support/program.ts'

export type FedifySettings = {
  readonly databaseUrl: string
  readonly poolSize: number
  readonly origin: string
}

let pool: Pool | undefined

/** Fedify as its manual starts it, all in this process: what an application gets that leaves everything to it. */
async function start({ databaseUrl, poolSize, origin }: FedifySettings): Promise<{ port: number }> {
  const database = new Pool({ connectionString: databaseUrl, max: poolSize })
  pool = database
  await database.query('create table fedify_notes (id text primary key, content text not null)')
  const federation = createFederation<void>({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    allowPrivateAddress: true,
  })
  federation.setActorDispatcher('/users/{identifier}', (ctx, identifier) => {
    return new Person({ id: ctx.getActorUri(identifier), preferredUsername: identifier })
  })
  federation.setInboxListeners('/users/{identifier}/inbox', '/inbox').on(Create, async (_ctx, create) => {
    const note = await create.getObject()
    if (!(note instanceof Note)) return
    const values = [note.id?.href, note.content?.toString()]
    await database.query('insert into fedify_notes (id, content) values ($1, $2)', values)
  })
  const server = createServer(async (request, response) => {
    const answer = await federation.fetch(await toRequest(request, origin), { contextData: undefined })
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}

async function toRequest(request: IncomingMessage, origin: string): Promise<Request> {
  const body = Buffer.concat(await request.toArray())
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, String(value)] as [string, string],
  )
  return new Request(origin + request.url, {
    method: request.method!,
    headers: headers,
    body,
  })
}

async function countProcessed(): Promise<number> {
  const result = await pool?.query<{ n: string }>('select count(*) as n from fedify_notes')
  return Number(result?.rows[0]?.n ?? 0)
}

answerQuestions({ start, countProcessed })
