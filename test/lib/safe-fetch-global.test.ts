import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'
import { installGuardedGlobalFetch } from '../../src/lib/safe-fetch/global-fetch.ts'
import { record, serve } from './safe-fetch-servers.ts'

const trusting = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
const strict = createGuardedFetch({ allowPrivateAddress: false, userAgent: 'Test/1' })
afterAll(() => Promise.all([trusting.close(), strict.close()]))

const nodeFetch = globalThis.fetch
let uninstall: () => void
beforeEach(() => void (uninstall = installGuardedGlobalFetch(trusting)))
afterEach(() => uninstall())

describe('the installed fetch', () => {
  const echo: RequestListener = (request, response) => {
    const { method, url, headers } = request
    if (url === '/moved') response.writeHead(302, { location: '/' })
    const agent = headers['user-agent']
    void text(request).then((body) => response.end(JSON.stringify({ method, agent, body })))
  }

  it('sends what a Request says and answers with a Response', async () => {
    await using server = await serve(echo)
    const url = `http://127.0.0.1:${server.port}/`
    const response = await fetch(new Request(url, { method: 'POST', body: 'hello' }))
    expect(response).toBeInstanceOf(Response)
    expect(response).toMatchObject({ status: 200, ok: true, url, redirected: false })
    expect(await response.json()).toEqual({ method: 'POST', agent: 'Test/1', body: 'hello' })
  })

  it('follows, returns or refuses redirects as it is told', async () => {
    await using server = await serve(echo)
    const url = `http://127.0.0.1:${server.port}/moved`
    expect(await fetch(url)).toMatchObject({ status: 200, redirected: true })
    expect(await fetch(url, { redirect: 'manual' })).toMatchObject({ status: 302, redirected: false })
    await expect(fetch(url, { redirect: 'error' })).rejects.toThrow(TypeError)
  })

  it.each([204, 304])('gives no body with %i', async (status) => {
    await using server = await serve((_, response) => response.writeHead(status).end())
    expect(await fetch(`http://127.0.0.1:${server.port}/`)).toMatchObject({ status, body: null })
  })

  it('fails with a TypeError that tells why', async () => {
    uninstall()
    uninstall = installGuardedGlobalFetch(strict)
    await using server = await record()
    const asked = fetch(`https://127.0.0.1:${server.port}/`)
    await expect(asked).rejects.toMatchObject({ name: 'TypeError', cause: { kind: 'blocked-url' } })
    await expect(fetch('https://127.0.0.1/')).rejects.toMatchObject({ cause: { kind: 'blocked-address' } })
    await expect(fetch('data:text/plain,x')).rejects.toMatchObject({ cause: { kind: 'blocked-url' } })
    expect(server.connections()).toBe(0)
  })

  it('rejects with the reason of its signal', async () => {
    const given = new AbortController()
    await using server = await serve(() => given.abort(new Error('enough')))
    const asked = fetch(`http://127.0.0.1:${server.port}/`, { signal: given.signal })
    await expect(asked).rejects.toThrow('enough')
  })

  it('is taken out again', () => {
    expect(globalThis.fetch).not.toBe(nodeFetch)
    uninstall()
    expect(globalThis.fetch).toBe(nodeFetch)
  })
})
