import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerQuestions } from '../support/program.ts'

let received = 0

/** So many hosts, each a port of its own, that take everything and keep nothing. @returns their origins */
async function start(hosts: number): Promise<string[]> {
  return Promise.all(Array.from({ length: hosts }, startReceiver))
}

async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      received++
      response.writeHead(202).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

answerQuestions({ start, countReceived: () => received })
