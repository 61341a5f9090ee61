import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { describeRecovery, readLedger } from '../../src/domain/recovery/describe-recovery.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { comeBack, ledgerOf, loseHome } from './comebacks.ts'
import { startStage, type Stage } from './stage.ts'
import { formatKept } from './table.ts'

const classes = [
  { name: 'with the key', withKey: true },
  { name: 'with letters only', withKey: false },
]

describe.each(classes)('Coming back $name', ({ name, withKey }) => {
  let stage: Stage
  let haven: TestServer
  let formerUri: string
  let id: string

  beforeAll(async () => {
    stage = await startStage()
    haven = await startServer()
    const lost = await loseHome(stage, haven, { withKey })
    formerUri = lost.formerUri
    id = await comeBack(stage, haven, lost.kit)
  }, 300_000)
  afterAll(async () => {
    await haven?.[Symbol.asyncDispose]()
    await stage?.[Symbol.asyncDispose]()
  })

  test('tells everybody in the way that their server believes, and counts only who follows', async () => {
    const alice = await getAccount(haven.ctx, 'alice')
    const { recovery, followers } = await describeRecovery(haven.ctx, alice, id)
    expect(recovery.state).toBe('resting')
    expect(recovery.hasKey).toBe(withKey)
    const ledger = await ledgerOf(stage, haven, id)
    process.stdout.write(formatKept(name, ledger))
    expect(ledger).toEqual(withKey ? byKey : byLetters)
    const followed = Object.values(ledger).filter((word) => word?.endsWith(' followed'))
    expect(followers.followed).toBe(followed.length)
  })

  test('lets in at once who followed before, though the account is locked', async () => {
    const ledger = await ledgerOf(stage, haven, id)
    const kept = Object.keys(ledger).filter((name) => ledger[name]?.endsWith(' followed'))
    const followers = stage.followersOf(`${haven.origin}/users/alice`)
    expect(followers.toSorted()).toEqual(kept.toSorted())
    const requests = await haven.ctx.db
      .selectFrom('follows')
      .select('id')
      .where('state', '=', 'pending')
      .execute()
    expect(requests).toEqual([])
  })

  test('names the former address, and serves nothing under it', async () => {
    const alice = await getAccount(haven.ctx, 'alice')
    expect(alice.alsoKnownAs).toContain(formerUri)
    const identities = await haven.ctx.db.selectFrom('formerIdentities').select('actorUri').execute()
    expect(identities).toEqual([{ actorUri: formerUri }])
    expect((await fetch(`${haven.origin}${new URL(formerUri).pathname}`)).status).toBe(200)
  })

  test('says why somebody cannot be told', async () => {
    const reasons = []
    for await (const row of readLedger(haven.ctx, id, 'unreachable')) reasons.push(row.detail)
    if (withKey) expect(reasons).toEqual([])
    else expect(reasons).toContain('gotosocial believes only the former key, which the kit did not have')
  })

  test('says of whom a letter is taken and nothing comes of it', async () => {
    const unheeded: string[] = []
    for await (const { detail, host } of readLedger(haven.ctx, id, 'told'))
      if (detail?.startsWith('takes sealed letters but does not act on them')) unheeded.push(host)
    const hosts = ['Misskey', 'Sharkey, CherryPick'].map((kind) => stage.of(kind).host)
    expect(unheeded.toSorted()).toEqual(withKey ? [] : hosts.toSorted())
  })
})

const byKey = {
  'Mastodon 4.5': 'move followed',
  'Mastodon 4.7': 'move followed',
  GoToSocial: 'move followed',
  Akkoma: 'move followed',
  Pleroma: 'move followed',
  Mitra: 'move followed',
  Friendica: 'move followed',
  Ghost: 'move followed',
  Hollo: 'move_embedded followed',
  snac2: 'move followed',
  BookWyrm: 'move told',
  Misskey: 'update followed',
  'Misskey before 2024.5': 'update followed',
  'Sharkey, CherryPick': 'update followed',
  'Iceshrimp.NET': 'notice told',
  Firefish: 'notice told',
  Pixelfed: 'notice told',
  WordPress: 'notice told',
  Takahē: 'notice told',
  Lemmy: 'notice told',
  PeerTube: 'notice told',
}

const byLetters = {
  ...byKey,
  // They take nothing any more that somebody else brings.
  Misskey: 'update told',
  'Sharkey, CherryPick': 'update told',
  GoToSocial: '- unreachable',
  Akkoma: '- unreachable',
  Pleroma: '- unreachable',
  snac2: '- unreachable',
  BookWyrm: '- unreachable',
  'Iceshrimp.NET': '- unreachable',
  Firefish: '- unreachable',
  Pixelfed: '- unreachable',
  WordPress: '- unreachable',
  Takahē: '- unreachable',
  Lemmy: '- unreachable',
  PeerTube: '- unreachable',
}
