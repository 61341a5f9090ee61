import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boostStatus } from '../../src/domain/interactions/boost-status.ts'
import { parseHandle } from '../../src/federation/remote/webfinger.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import type { Actor } from '../../src/store/actors.ts'
import { send } from '../support/letters.ts'
import { noteOf, createOf, type RemoteActor } from '../support/remote-server.ts'
import { findPost, startScene, type Scene } from './scene.ts'

let scene: Scene

beforeAll(async () => {
  scene = await startScene()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

/** Marks that turn text round, join, or are not seen at all. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c]/

async function knownAs(actor: RemoteActor): Promise<Actor | undefined> {
  const { value } = await scene.watch(() => scene.server.ctx.remote.resolveActor(actor.uri))
  return value
}

describe('nobody is called what cannot be told from another', () => {
  it.each([
    'al\u202eice',
    'ali\u200bce',
    '\u2066alice',
    'ali\ufeffce',
    'al ice',
    'ali\u0000ce',
    '',
    '@',
    'a@b',
    'a/b',
    'ali＠ce',
  ])('a name like %j is refused, or shown without what is not seen', async (preferredUsername) => {
    const actor = await scene.evil.addActor(`odd${Math.random()}`, { preferredUsername })
    const known = await knownAs(actor)
    expect(known?.username ?? '').not.toMatch(invisible)
    expect(known?.username ?? '').not.toMatch(/[\s@/＠]/)
  })

  it('and a name in other letters is another name', async () => {
    const cyrillic = await scene.evil.addActor('cyrillic', { preferredUsername: 'аlice' })
    const dotless = await scene.evil.addActor('dotless', { preferredUsername: 'alıce' })
    const [one, other] = [await knownAs(cyrillic), await knownAs(dotless)]
    expect([one?.username, other?.username]).toEqual(['аlice', 'alıce'])
    expect(new Set([one?.id, other?.id, (await knownAs(scene.alice))?.id]).size).toBe(3)
  })

  it('and marks that pile up are cut', async () => {
    const piled = `a${'\u0301'.repeat(5000)}`
    const actor = await scene.evil.addActor('piled', { preferredUsername: piled, name: piled })
    const known = await knownAs(actor)
    expect((known?.username ?? '').length).toBeLessThanOrEqual(255)
    expect((known?.displayName ?? '').length).toBeLessThanOrEqual(500)
  })

  it('and no line of a profile turns what stands beside it', async () => {
    const line = 'Alice \u202egro.knab@ecila\u202c\u2066'
    const attachment = [{ type: 'PropertyValue', name: line, value: line }]
    const known = await knownAs(await scene.evil.addActor('turned', { name: line, attachment }))
    expect(known?.displayName).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    expect(known?.fields[0]?.name).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  })
})

describe('a member’s name', () => {
  it.each([
    'аlice',
    'alıce',
    'ali\u200bce',
    'a\u202eb',
    'ａｌｉｃｅ',
    'BOB',
    'bob ',
    'b/b',
    'b@b',
    'x'.repeat(300),
    'é',
  ])('is never %j', async (username) => {
    const email = `${Math.random()}@mail.example`
    const { effects } = await scene.watch(() =>
      expect(
        createAccount(scene.server.ctx, { username, email, password: 'correct horse', role: 'member' }),
      ).rejects.toMatchObject({ code: expect.stringMatching('invalid|conflict') }),
    )
    expect(effects).toEqual([])
  })
})

describe('a host', () => {
  it('is known by the name that is asked for, and another one is another one', () => {
    const domainOf = (host: string) => parseHandle(`alice@${host}`)?.domain
    const others = ['vісtim.test', 'victim.tеst', 'vıctim.test', 'victim.test.', 'victim.test:8443']
    for (const host of others) expect(domainOf(host)).not.toBe('victim.test')
    for (const host of others) expect(domainOf(host)).toMatch(/^[!-~]+$/)
    for (const host of ['ｖictim.test', 'victim。test', 'VICTIM.test', 'victim.test:443'])
      expect(domainOf(host)).toBe('victim.test')
    for (const host of ['victim.test%2eevil.test', 'xn--a\u202e', 'evil.test/victim.test'])
      expect(domainOf(host)).not.toBe('victim.test')
  })

  it('and is written in the letters in which it is asked for, wherever it is shown', async () => {
    const { evil, mal, server, bob } = scene
    const content = `<p><a href="http://bаnk.example/">http://bank.example/</a></p>`
    const note = noteOf(mal, {
      to: ['https://www.w3.org/ns/activitystreams#Public'],
      cc: [scene.bobUri],
      content,
    })
    await scene.takes(createOf(mal, note))
    const { id } = (await findPost(scene, note['id']))!
    await boostStatus(server.ctx, bob, id)
    await server.settle()
    const page = await send(server.port, {
      path: '/@bob',
      headers: { host: new URL(server.origin).host, accept: 'text/html' },
    })
    expect(page.body).toContain('href="http://xn--bnk-6cd.example/"')
    expect(page.body).not.toContain('bаnk.example')
    expect(page.body).toContain(`localhost:${evil.port}`)
  })
})

it('A handle is looked up in one spelling, and in no other', async () => {
  const { port, origin } = scene.server
  const { host } = new URL(origin)
  const ask = (name: string, at = host) =>
    send(port, {
      path: `/.well-known/webfinger?resource=${encodeURIComponent(`acct:${name}@${at}`)}`,
      headers: { host },
    })
  const { value } = await scene.watch(async () => {
    const names = ['bоb', 'bob\u200b', 'b\u202eob', 'ｂob', 'bob＠x', 'b%6fb', `bob${'\u0301'.repeat(5)}`]
    return Promise.all([...names.map((name) => ask(name)), ask('bob', `${host}.`), ask('bob', 'lоcalhost')])
  })
  expect(new Set(value.map(({ status }) => status))).toEqual(new Set([404]))
  expect((await ask('BOB')).status).toBe((await ask('bob')).status)
})
