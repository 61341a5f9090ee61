import { sql } from 'kysely'
import type { Context } from '../../src/context.ts'
import { transact } from '../../src/db/transact.ts'
import { storeFormerKeys } from '../../src/domain/accounts/keys.ts'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../src/lib/signatures/keys.ts'
import type { Actor } from '../../src/store/actors.ts'
import { insertRecovery, updateRecovery, upsertFormerIdentity } from '../../src/store/recoveries.ts'
import { insertFollowers, type SavedFollower } from '../../src/store/recovery-followers.ts'

/** A recovery that has restored all and told nobody yet. */
export type ToldRecovery = {
  readonly id: string
  /** Where its messages will go, each once. */
  readonly inboxes: readonly string[]
}

type Follower = { readonly origin: string; readonly name: string }

/** As it stands when a kit with the key is read to its end, with followers on servers like Mastodon. */
export async function createToldRecovery(
  ctx: Context,
  account: Actor,
  people: readonly Follower[],
  isShared: boolean,
): Promise<ToldRecovery> {
  const followers = people.map((person) => saveFollower(person, isShared))
  const id = ctx.newId()
  const formerUri = `https://gone.example/users/${account.username}`
  const formerHandle = `${account.username}@gone.example`
  const { publicKey, privateKey } = await generateRsaKeyPair()
  const publicKeyPem = exportPublicKeyPem(publicKey)
  const key = { id: `${formerUri}#main-key`, owner: formerUri, publicKeyPem }
  const document = JSON.stringify({ id: formerUri, type: 'Person', publicKey: key })
  await transact(ctx, async (tx) => {
    const now = tx.now()
    await upsertFormerIdentity(tx.db, {
      ...{ id, accountId: account.id, actorUri: formerUri, handle: formerHandle, document, createdAt: now },
    })
    const owner = { accountId: account.id, formerIdentityId: id }
    const former = { kind: 'rsa', fragment: 'main-key', publicKey: publicKeyPem, privateKey } as const
    await storeFormerKeys(tx, owner, [former])
    const kit = { kitMadeAt: now, kitOpener: Buffer.alloc(0), hasKey: true, facts: {} }
    const recovery = { id, accountId: account.id, formerUri, formerHandle, createdAt: now, ...kit }
    await insertRecovery(tx.db, recovery, [])
    await updateRecovery(tx.db, id, {
      state: 'telling',
      kitOpener: null,
      formerIdentityId: id,
      startedAt: now,
    })
    await insertFollowers(tx.db, id, followers, now)
  })
  await sql`analyze recovery_followers, inboxes, hosts`.execute(ctx.db)
  return { id, inboxes: [...new Set(followers.map(({ inbox, sharedInbox }) => sharedInbox ?? inbox))] }
}

function saveFollower({ origin, name }: Follower, isShared: boolean): SavedFollower {
  const { host } = new URL(origin)
  const actorUri = `${origin}/users/${name}`
  const sharedInbox = isShared ? `${origin}/inbox` : null
  return {
    actorUri,
    handle: `${name}@${host}`,
    inbox: `${actorUri}/inbox`,
    sharedInbox,
    host,
    software: 'mastodon',
  }
}
