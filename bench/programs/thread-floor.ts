import { createSign, generateKeyPairSync } from 'node:crypto'
import { Pool as Database } from 'pg'
import { Agent, request } from 'undici'
import { answerQuestions } from '../support/program.ts'
import type { ServedThread } from './thread-hosts.ts'

export type ThreadFloorSettings = {
  readonly databaseUrl: string
  readonly thread: ServedThread
  readonly concurrency: number
}

/**
 * The least that any server can do for a whole thread: a signed GET for each document, JSON.parse, and a row committed
 * for each person, and for ten posts together. It checks nothing. @returns seconds
 */
async function complete({ databaseUrl, thread, concurrency }: ThreadFloorSettings): Promise<number> {
  const database = new Database({ connectionString: databaseUrl, max: 10 })
  await database.query('create table floor_documents (id text primary key, body text not null)')
  const dispatcher = new Agent({ connections: concurrency })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const get = async (url: string): Promise<{ id: string; body: string }> => {
    const signature = createSign('sha256').update(url).sign(privateKey, 'base64')
    const { body } = await request(url, { dispatcher, headers: { signature } })
    const text = await body.text()
    return { id: (JSON.parse(text) as { id: string }).id, body: text }
  }
  const keep = async (rows: readonly { id: string; body: string }[]): Promise<void> => {
    const text = 'insert into floor_documents select * from unnest($1::text[], $2::text[])'
    await database.query(text, [rows.map(({ id }) => id), rows.map(({ body }) => body)])
  }
  const startedAt = performance.now()
  await keep([await get(thread.root)])
  for (const page of thread.pages) await get(page)
  await inParallel(thread.people, concurrency, async (person) => keep([await get(person)]))
  for (let start = 0; start < thread.replies.length; start += concurrency)
    await keep(await Promise.all(thread.replies.slice(start, start + concurrency).map(get)))
  const seconds = (performance.now() - startedAt) / 1000
  await database.query('drop table floor_documents')
  await Promise.all([database.end(), dispatcher.destroy()])
  return seconds
}

async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const run = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, run))
}

answerQuestions({ complete })
