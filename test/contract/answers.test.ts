import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { routes } from '../../src/api/routes.ts'
import { describeWith } from '../support/parts.ts'
import { answers } from './answers.ts'
import { differenceFromOpenApi } from './openapi.ts'
import { watchAnswers } from './watch.ts'

const lines = routes.flatMap(({ method, path }) => [method].flat().map((verb) => `${verb} ${path}`))

test('Every line of the table of routes says what its answer is', () => {
  expect(lines.filter((line) => !Object.hasOwn(answers, line))).toEqual([])
})

describe('A watch over what a server answers', () => {
  /** What is told of the answer to one request. */
  async function tell(path: string, listener: RequestListener): Promise<string> {
    const watch = watchAnswers(listener)
    const server = createServer(watch.handler).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)).text()
      watch.assertKept()
      return ''
    } catch (error) {
      return String(error)
    } finally {
      server.close()
    }
  }

  const answering =
    (body: string, headers: Record<string, string> = {}): RequestListener =>
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body)
    }

  test('tells of a body that strict apps cannot decode', async () => {
    const marker = { last_read_id: '1', version: '1', updated_at: '2026-01-01T00:00:00.000Z' }
    expect(
      await tell('/api/v1/markers?timeline=home', answering(JSON.stringify({ home: marker }))),
    ).toContain('data/home/version')
  })

  test('tells of an error without words, of what is no JSON, and of links that lead nowhere', async () => {
    const html: RequestListener = (_request, response) =>
      void response.writeHead(404, { 'content-type': 'text/html' }).end('<p>No</p>')
    expect(await tell('/api/v1/nothing', html)).toContain('content-type text/html')
    const mute: RequestListener = (_request, response) =>
      void response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
    expect(await tell('/api/v1/nothing', mute)).toContain("required property 'error'")
    const link = '<http://localhost/api/v1/blocks?max_id=2>; rel="next"'
    const itself = await tell('/api/v1/blocks?max_id=2', answering('[]', { link }))
    expect(itself).toContain('an empty page has a link to itself')
    expect(await tell('/api/v1/blocks?max_id=3', answering('[]', { link }))).toBe('')
  })

  test('says nothing of what is well, and of pages', async () => {
    expect(await tell('/api/v1/blocks', answering('[]'))).toBe('')
    expect(await tell('/about', (_request, response) => void response.end('<p>Hello</p>'))).toBe('')
  })
})

await describeWith('openapi', 'What Mastodon documents', () => {
  test('can be read for every line that it documents', () => {
    const found = lines.map((line) => differenceFromOpenApi(line, 200, Symbol('no body')))
    expect(found.filter((difference) => difference !== undefined).length).toBeGreaterThan(100)
  })

  test('is kept by a body as it says, and not by another', () => {
    expect(differenceFromOpenApi('GET /api/v1/lists/:id', 404, { error: 'Record not found' })).toBeUndefined()
    expect(differenceFromOpenApi('GET /api/v1/lists/:id', 404, {})).toContain('error')
  })
})
