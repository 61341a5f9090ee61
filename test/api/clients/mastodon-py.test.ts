import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { debianPython, describeWith } from '../../support/parts.ts'
import { openNeighbourhood, type Neighbourhood } from './neighbourhood.ts'

const parts = [
  ...['looks_around', 'follows', 'writes', 'likes', 'is_told', 'sorts', 'keeps_apart', 'describes_herself'],
  ...['plans', 'wants_to_be_woken', 'listens', 'logs_out'],
]

await describeWith('Mastodon.py', 'A day with Mastodon.py', () => {
  test('goes well from logging in to logging out', { timeout: 120_000 }, async () => {
    await using place = await openNeighbourhood()
    const { done, errors, code } = await spend(place, await prepare(place))
    expect({ errors, code, done }).toEqual({ errors: '', code: 0, done: parts })
  })
})

/** What others did before, and what the script must know of it. */
async function prepare({ server, alice, bob, carol }: Neighbourhood): Promise<Record<string, string>> {
  const write = (more: object) => bob.post('/api/v1/statuses', { status: 'Hello', ...more })
  for (let count = 0; count < 4; count++) await write({})
  const { id } = await write({})
  const { poll } = await write({ poll: { options: ['a', 'b'], expires_in: 3600 } })
  await carol.post(`/api/v1/accounts/${alice.id}/follow`)
  await carol.post('/api/v1/statuses', { status: '@alice hello' })
  await server.settle()
  return { BOB: bob.actor.id, CAROL: carol.actor.id, POST: id, POLL: poll.id }
}

async function spend({ server, browser }: Neighbourhood, known: Record<string, string>) {
  const { origin } = server
  const env = {
    ...{ ...process.env, ...known },
    ...{ ORIGIN: origin, PICTURE: makePng(64, 48).toString('hex') },
  }
  const script = spawn(debianPython, [join(import.meta.dirname, 'mastodon_py.py')], { env })
  const [errors, closed] = [text(script.stderr), once(script, 'close')]
  const done: string[] = []
  for await (const line of createInterface(script.stdout)) {
    const [word, what = ''] = line.split(' ', 2)
    if (word === 'done') done.push(what)
    if (word !== 'allow') continue
    const path = what.slice(origin.length)
    const response = await browser.send(path, path, { decision: 'allow' })
    const shown = new URL(response.headers.get('location') ?? '', origin)
    script.stdin.end(`${shown.searchParams.get('code') ?? ''}\n`)
  }
  const [code] = (await closed) as [number]
  return { done, errors: await errors, code }
}
