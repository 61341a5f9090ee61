import assert from 'node:assert/strict'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { describeWith } from '../support/parts.ts'
import { getSnac } from '../support/snac-package.ts'
import { startSnac } from '../support/snac.ts'
import type { SnacServer } from '../support/snac.ts'
import { until } from '../support/until.ts'
import { arrives, follows, sees } from './exchange.ts'
import { makeOurParticipant } from './ours.ts'
import type { Companion } from './participant.ts'
import { startPlace } from './place.ts'
import type { Place } from './place.ts'
import { snacAsParticipant } from './strangers.ts'

/** Who lives at the place that dies, with their account at another one and those who follow them. */
interface Loss {
  readonly name: string
  readonly old: Companion
  readonly twin: Companion
  readonly carol: Companion
  readonly bob: Companion
}

await describeWith('snac2', 'coming back from a machine that is gone', () => {
  const belongings = new AsyncDisposableStack()
  const homeBelongings = new AsyncDisposableStack()
  let haven: Place
  let home: Place
  let alice: Loss
  let letty: Loss
  let dir: string

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'holdfast-kits-'))
    belongings.defer(() => rm(dir, { recursive: true }))
    await writeFile(join(dir, 'passphrase'), 'seven words that nobody else ever says\n')
    const snac = belongings.use(await startSnac({ root: await getSnac() }))
    const third = await startPlace(belongings)
    haven = await startPlace(belongings)
    home = await startPlace(homeBelongings)
    const carol = await makeOurParticipant(third, 'carol')
    alice = await settleDown('alice', { home, haven, carol, snac })
    letty = await settleDown('letty', { home, haven, carol, snac })
  }, 240_000)
  afterAll(async () => {
    await homeBelongings.disposeAsync()
    await belongings.disposeAsync()
  }, 60_000)

  const kitOf = ({ name }: Loss) => join(dir, `${name}.kit`)
  const passphrase = () => ['--passphrase-file', join(dir, 'passphrase')]
  const makeKit = (who: Loss, ...more: string[]) =>
    home.cli(
      'account',
      'kit',
      who.name,
      '--out',
      kitOf(who),
      ...passphrase(),
      '--standby',
      who.twin.actor,
      ...more,
    )
  const comeBack = (who: Loss) =>
    haven.cli('account', 'recover', who.name, kitOf(who), ...passphrase(), '--yes')

  test('a kit is of no use while the old place answers', { timeout: 120_000 }, async () => {
    await makeKit(alice, '--with-key')
    await makeKit(letty)
    await assert.rejects(comeBack(alice), /still answers/)
  })

  test('its machine is killed and its data deleted', { timeout: 60_000 }, async () => {
    const { dataDir, origin } = home
    await home.kill9()
    await homeBelongings.disposeAsync()
    await assert.rejects(access(dataDir))
    await assert.rejects(fetch(`${origin}/users/alice`))
  })

  test(
    'with the key, followers on an instance of ours and on snac2 come along',
    { timeout: 240_000 },
    async () => {
      const opened = await comeBack(alice)
      assert.equal(opened.has_key, true)
      await arrives('the Move', alice.carol, async () =>
        (await alice.carol.following()).includes(alice.twin.actor),
      )
      // It must have met the account first, which takes its time unless somebody hurries it.
      await until('snac2 to follow', () => hurried(alice), { seconds: 180, explain: alice.bob.log })
      const { followers } = await haven.cli('account', 'recovery', 'alice')
      assert.equal(followers.followed, 2)
      const uri = await alice.twin.post('I am back')
      await Promise.all([sees(alice.carol, uri), sees(alice.bob, uri)])
    },
  )

  test('with letters, only those on ours do, and the ledger says why', { timeout: 240_000 }, async () => {
    const opened = await comeBack(letty)
    assert.equal(opened.has_key, false)
    await arrives('the letter', letty.carol, async () =>
      (await letty.carol.following()).includes(letty.twin.actor),
    )
    const { followers, hosts } = await haven.cli('account', 'recovery', 'letty', '--now')
    assert.deepEqual(
      { followed: followers.followed, unreachable: followers.unreachable },
      { followed: 1, unreachable: 1 },
    )
    const host = new URL(letty.bob.actor).host
    assert.match(hosts.find((one: any) => one.host === host).detail, /key/)
    assert.ok(!(await letty.bob.following()).includes(letty.twin.actor))
  })

  async function hurried({ name, bob, twin }: Loss): Promise<boolean> {
    await haven.cli('account', 'recovery', name, '--now')
    return (await bob.following()).includes(twin.actor)
  }
})

async function settleDown(
  name: string,
  { home, haven, carol, snac }: { home: Place; haven: Place; carol: Companion; snac: SnacServer },
): Promise<Loss> {
  const [old, twin] = await Promise.all([makeOurParticipant(home, name), makeOurParticipant(haven, name)])
  const user = await snac.addUser(`fan-of-${name}`.replaceAll('-', ''))
  const bob = snacAsParticipant(user, snac)
  await haven.cli('account', 'alias', name, 'add', old.actor)
  await Promise.all([follows(carol, old), follows(bob, old)])
  return { name, old, twin, carol, bob }
}
