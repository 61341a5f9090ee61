import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import { answerQuestions } from '../support/program.ts'

export type FloorSettings = {
  readonly databaseUrl: string
  readonly poolSize: number
  readonly keys: readonly { readonly id: string; readonly pem: string }[]
}

/**
 * The least that any server can do before it answers 202: SHA-256 of the body, one RSA-2048 verification with a key
 * that is parsed already, JSON.parse, and one row committed. It checks nothing else and acts on nothing.
 */
async function start({ databaseUrl, poolSize, keys }: FloorSettings): Promise<{ port: number }> {
  const pool = new Pool({ connectionString: databaseUrl, max: poolSize })
  await pool.query('create table floor_messages (id text primary key, body text not null)')
  const keyOf = new Map(keys.map(({ id, pem }) => [id, createPublicKey(pem)]))
  const insert = { name: 'insert', text: 'insert into floor_messages (id, body) values ($1, $2)' }
  const server = createServer(async (request, response) => {
    const body = await readBody(request)
    const activity = isGenuine(request, body, keyOf) ? parse(body) : undefined
    if (activity !== undefined) await pool.query({ ...insert, values: [activity.id, body.toString()] })
    response.writeHead(activity === undefined ? 401 : 202).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(request, 'end')
  return Buffer.concat(chunks)
}

const signaturePattern = /^keyId="([^"]+)",algorithm="rsa-sha256",headers="([^"]+)",signature="([^"]+)"$/

function isGenuine(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  keyOf: ReadonlyMap<string, KeyObject>,
): boolean {
  if (headers['digest'] !== `SHA-256=${createHash('sha256').update(body).digest('base64')}`) return false
  const [, keyId = '', covered = '', signature = ''] =
    signaturePattern.exec(String(headers['signature'])) ?? []
  const key = keyOf.get(keyId)
  const target = `${method?.toLowerCase()} ${url}`
  const lines = covered
    .split(' ')
    .map((name) => `${name}: ${name === '(request-target)' ? target : String(headers[name])}`)
  const signed = Buffer.from(lines.join('\n'))
  return key !== undefined && verify('sha256', signed, key, Buffer.from(signature, 'base64'))
}

function parse(body: Buffer): { id: string } {
  return JSON.parse(body.toString()) as { id: string }
}

answerQuestions({ start })
