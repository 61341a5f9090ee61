import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { moveAccount } from '../../src/domain/moving/move-account.ts'
import { removeAlias } from '../../src/domain/moving/remove-alias.ts'
import type { LetterKind } from '../../src/domain/kits/kit-items.ts'
import { kinds } from '../support/receivers/kinds.ts'
import { dayMs } from '../support/receivers/moves.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeMover, moveOf, say, updateOf, type Mover } from './movers.ts'
import { startStage, type Stage } from './stage.ts'

/** Who goes by the old actor's key, as it was kept, and asks nobody else but the new place. */
const keptKey = [
  'Mastodon 4.5',
  'Mastodon 4.7',
  'GoToSocial',
  'Akkoma',
  'Pleroma',
  'Mitra',
  'Friendica',
  'Ghost',
]
const misskeys = ['Misskey', 'Sharkey, CherryPick', 'Misskey before 2024.5']
const askTheOrigin = ['Pixelfed', 'Iceshrimp.NET', 'Firefish']

const names = ['alive', 'moved', 'met', 'updated', 'embedded', 'sealed', 'revoked', 'late'] as const

let here: TestServer
let there: TestServer
let stage: Stage
let movers: Record<(typeof names)[number], Mover>
let later = 0

beforeAll(async () => {
  const now = () => Date.now() + later
  here = await startServer()
  there = await startServer({ parts: { now: () => new Date(now()) } })
  stage = await startStage({ now })
  const made = await Promise.all(names.map(async (name) => [name, await makeMover(here, there, name)]))
  movers = Object.fromEntries(made)
  for (const { old } of Object.values(movers)) await stage.follow(old.uri)
}, 240_000)
afterAll(async () => {
  for (const it of [here, there, stage]) await it?.[Symbol.asyncDispose]()
})

async function settle(): Promise<void> {
  await stage.settle(there)
}

/** Whose fan follows where somebody lives now. */
async function wentAlong({ twin }: Mover): Promise<string[]> {
  await settle()
  return stage.followersOf(twin.uri)
}

const inOrder = (wanted: readonly string[]) =>
  kinds.map(({ name }) => name).filter((name) => wanted.includes(name))

describe('receivers', { timeout: 120_000 }, () => {
  it('take people along while the old server lives, but who ignores moves or has not met the new place', async () => {
    const { twin } = movers.alive
    await moveAccount(here.ctx, await getAccount(here.ctx, 'alive'), twin.uri)
    await stage.settle(here, there)
    expect(await wentAlong(movers.alive)).toEqual(
      inOrder([...keptKey, ...misskeys, ...askTheOrigin, 'Hollo']),
    )
    expect(stage.of('BookWyrm').fans.get('fan')?.notices).toHaveLength(1)
  })

  describe('without the old server', () => {
    beforeAll(() => here[Symbol.asyncDispose]())

    it('believe a Move by its key when they kept that and ask the new place alone', async () => {
      const bare = moveOf(movers.moved)
      for (const receiver of stage.receivers) await say(receiver, movers.moved.old, bare)
      // Fedify keeps the keys that it has used: of our activities, the one that proves them.
      expect(await wentAlong(movers.moved)).toEqual(inOrder(keptKey.filter((name) => name !== 'Ghost')))
      const sealed = await movers.moved.seal(moveOf(movers.moved))
      for (const name of ['Ghost', 'Hollo']) await say(stage.of(name), movers.moved.old, sealed)
      expect(await wentAlong(movers.moved)).toEqual(inOrder(keptKey))
      expect(stage.of('Hollo').notes.at(-1)).toMatch(/^Move: /)
    })

    it('of snac2 do so once they met the new account', async () => {
      const { old, twin } = movers.met
      const snac = stage.of('snac2')
      await say(snac, twin, {
        ...moveOf(movers.met),
        id: `${twin.uri}#hello`,
        type: 'Update',
        actor: twin.uri,
        object: twin.uri,
      })
      await say(snac, old, moveOf(movers.met))
      expect(await wentAlong(movers.met)).toEqual(['snac2'])
    })

    it('of the Misskey family believe an Update', async () => {
      for (const receiver of stage.receivers)
        await say(receiver, movers.updated.old, updateOf(movers.updated))
      expect(await wentAlong(movers.updated)).toEqual(inOrder(misskeys))
    })

    it('that would ask the old server for the actor find it inside', async () => {
      const { old, document } = movers.embedded
      const hollo = stage.of('Hollo')
      const move = { ...moveOf(movers.embedded, document), '@context': document['@context'] }
      await say(hollo, old, await movers.embedded.seal(move))
      expect(await wentAlong(movers.embedded)).toEqual(['Hollo'])
    })

    it('take letters that the new account brings, where they look at who signed inside', async () => {
      await bring(movers.sealed, 'update')
      expect(await wentAlong(movers.sealed)).toEqual(['Misskey before 2024.5'])
      expect(stage.of('Misskey').notes.at(-1)).toBe('Update: nothing of a move in it')
      await bring(movers.sealed, 'move')
      const byMove = ['Mastodon 4.5', 'Mastodon 4.7', 'Mitra', 'Friendica', 'Ghost', 'Misskey before 2024.5']
      expect(await wentAlong(movers.sealed)).toEqual(inOrder(byMove))
      await bring(movers.sealed, 'move_embedded')
      expect(await wentAlong(movers.sealed)).toEqual(inOrder([...byMove, 'Hollo']))
    })

    it('go nowhere for a letter or a key when the new account does not name the old one any more', async () => {
      const { old } = movers.revoked
      await removeAlias(there.ctx, await getAccount(there.ctx, 'revoked'), old.uri)
      await bring(movers.revoked, 'move')
      for (const receiver of stage.receivers) await say(receiver, old, moveOf(movers.revoked))
      // It does not ask.
      expect(await wentAlong(movers.revoked)).toEqual(['Friendica'])
    })

    it('keep the key for as long as they keep the account, but take only what was signed just now', async () => {
      const { old } = movers.late
      const sealed = await movers.late.seal(moveOf(movers.late))
      later = 90 * dayMs
      for (const receiver of stage.receivers) await say(receiver, old, sealed)
      expect(await wentAlong(movers.late)).toEqual([])
      for (const receiver of stage.receivers) await say(receiver, old, sealed, new Date(Date.now() + later))
      expect(await wentAlong(movers.late)).toEqual(inOrder(keptKey))
    })
  })
})

async function bring({ letters, twin }: Mover, kind: LetterKind): Promise<void> {
  const letter = letters.find((one) => one.kind === kind)
  for (const receiver of stage.receivers) await say(receiver, twin, letter!.document)
}
