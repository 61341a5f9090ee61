import { createStreamingAPIClient } from 'masto'
import { createStreamingAPIClient as createStreamingAPIClient7 } from 'masto7'
import generator from 'megalodon'
import { expect, test } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { until } from '../../support/until.ts'
import { openNeighbourhood, logIn } from './neighbourhood.ts'

type Tell = (stream: 'home' | 'local', event: string, payload: any) => void

/** Listens as an app does that uses the library. @returns stops listening */
type Listen = (origin: string, token: string, tell: Tell) => Promise<() => void>

const byMasto =
  (create: typeof createStreamingAPIClient): Listen =>
  async (origin, accessToken, tell) => {
    const streamingApiUrl = `${origin.replace('http', 'ws')}/api/v1/streaming`
    const client = create({ streamingApiUrl, accessToken })
    const streams = { home: client.user.subscribe(), local: client.public.local.subscribe() }
    const hear = async (name: 'home' | 'local') => {
      for await (const { event, payload } of streams[name]) tell(name, event, payload)
    }
    const heard = Promise.all([hear('home'), hear('local')])
    return () => {
      for (const stream of Object.values(streams)) stream.unsubscribe()
      client.close()
      void heard
    }
  }

const byMegalodon: Listen = async (origin, token, tell) => {
  const client = generator('mastodon', origin, token)
  const streams = { home: await client.userStreaming(), local: await client.localStreaming() }
  const names = {
    update: 'update',
    status_update: 'status.update',
    notification: 'notification',
    delete: 'delete',
  }
  for (const name of ['home', 'local'] as const)
    for (const [event, ours] of Object.entries(names))
      streams[name].on(event, (payload: unknown) => tell(name, ours, payload))
  return () => {
    for (const stream of Object.values(streams)) stream.stop()
  }
}

test.each<[string, Listen]>([
  ['masto.js 8', byMasto(createStreamingAPIClient)],
  ['masto.js 7', byMasto(createStreamingAPIClient7)],
  ['megalodon', byMegalodon],
])('%s hears what is said, changed, done and taken back, at home and here', async (_name, listen) => {
  await using place = await openNeighbourhood()
  const { server, alice, bob } = place
  const { token } = await logIn(place)
  await followActor(server.ctx, alice, bob.actor)
  const hers = await fetch(`${server.origin}/api/v1/statuses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'by alice', visibility: 'unlisted' }),
  })
  const { id: aliceSaid } = (await hers.json()) as { id: string }
  const heard: string[] = []
  const stop = await listen(server.origin, token, (stream, event, payload) => {
    const said = payload.type === 'favourite' ? payload.status : payload
    heard.push([stream, event, said.id ?? said].join(' '))
  })
  await until('the app to listen', () => server.streaming.hub.subscriptions === 2)
  const { id } = await bob.post('/api/v1/statuses', { status: 'by bob' })
  await bob.call('PUT', `/api/v1/statuses/${id}`, { status: 'by bob, again' })
  await bob.post(`/api/v1/statuses/${aliceSaid}/favourite`)
  await bob.call('DELETE', `/api/v1/statuses/${id}`)
  const expected = {
    home: [`update ${id}`, `status.update ${id}`, `notification ${aliceSaid}`, `delete ${id}`],
    local: [`update ${id}`, `status.update ${id}`, `delete ${id}`],
  }
  await until('all of it to be heard', () => heard.length >= 7, { explain: () => heard.join(', ') })
  for (const [stream, events] of Object.entries(expected))
    expect(heard.filter((each) => each.startsWith(stream))).toEqual(events.map((each) => `${stream} ${each}`))
  stop()
})
