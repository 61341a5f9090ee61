import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { noticeActor } from '../../domain/featured/notice-actor.ts'
import type { ActorDraft } from '../../domain/drafts.ts'
import { keepRedirect } from '../../domain/moving/keep-redirect.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'
import { findRemoteActor, upsertRemoteActor, type Actor } from '../../store/actors.ts'
import { updateFollowerInboxes } from '../../store/follows.ts'
import { ensureHost, ensureInbox, findBlockedHosts, isNodeInfoStale } from '../../store/hosts.ts'
import { enqueue } from '../../store/jobs.ts'
import { bindRemoteKeys, unbindOtherKeys, type KeyPlace } from '../../store/keys.ts'
import { lockRedirect } from '../../store/moves.ts'
import { wantWordsOf } from '../../store/status-words.ts'

const softwareKnownForMs = 7 * 24 * 3600_000

type Origin = {
  /** Of its handle, where that is known to differ from the host of its id; what was known before stays otherwise. */
  readonly domain?: string
  /** `sent` by the actor; `fetched` (default) from its server, which alone can say that a key is no longer its. */
  readonly how?: 'fetched' | 'sent'
}

/**
 * Stores an actor as its own document describes it, with the keys that it lists, and asks what its server runs when
 * that is not known.
 */
export async function storeActor(ctx: Context, draft: ActorDraft, origin: Origin = {}): Promise<Actor> {
  const { host } = new URL(draft.id)
  return transact(ctx, async (tx) => {
    const known = await findRemoteActor(tx.db, draft.id)
    await ensureHost(tx.db, host)
    const inboxId = await ensureInbox(tx.db, draft.inbox)
    const sharedInboxId = draft.sharedInbox === undefined ? null : await ensureInbox(tx.db, draft.sharedInbox)
    const domain = origin.domain ?? known?.domain ?? host
    const now = tx.now()
    if (draft.indexable && known?.indexable === false) await wantWordsOf(tx.db, known.id)
    const actor = await upsertRemoteActor(tx.db, {
      ...describe(draft),
      ...(await redirectOf(tx, draft, origin)),
      id: tx.newId(),
      domain,
      domainBlocked: (await findBlockedHosts(tx.db, [host, domain])).size > 0,
      inboxId,
      sharedInboxId,
      createdAt: draft.published ?? now,
      updatedAt: now,
      fetchedAt: now,
    })
    await updateFollowerInboxes(tx.db, actor.id, { inboxId, sharedInboxId })
    const keys = listKeys(draft)
    await bindRemoteKeys(tx.db, keys, now)
    await unbindOtherKeys(
      tx.db,
      draft.id,
      keys,
      origin.how === 'sent' ? placesOf(draft) : ['rsa', 'multikey'],
    )
    const isStale = await isNodeInfoStale(tx.db, host, new Date(now.getTime() - softwareKnownForMs))
    if (isStale) await enqueue(tx, 'host.met', { host })
    await noticeActor(tx, actor)
    return actor
  })
}

async function redirectOf(tx: TxContext, { id, movedTo }: ActorDraft, { how = 'fetched' }: Origin) {
  return keepRedirect(await lockRedirect(tx.db, id), { movedTo, how, at: tx.now() })
}

/** Where an Update lists keys: of the others it says nothing, and only a fetched document is taken for all there is. */
function placesOf(draft: ActorDraft): KeyPlace[] {
  const rsa: KeyPlace[] = draft.publicKeys.length > 0 ? ['rsa'] : []
  return draft.multikeys.length > 0 ? [...rsa, 'multikey'] : rsa
}

function describe(draft: ActorDraft) {
  return {
    uri: draft.id,
    username: draft.preferredUsername,
    type: draft.type,
    displayName: draft.name,
    summary: draft.summaryHtml,
    fields: JSON.stringify(draft.fields.map(({ name, valueHtml }) => ({ name, value: valueHtml }))),
    emojis: JSON.stringify(draft.emojis.map(({ shortcode, url }) => ({ shortcode, url }))),
    iconUrl: draft.iconUrl ?? null,
    iconDescription: draft.iconDescription ?? null,
    imageUrl: draft.imageUrl ?? null,
    imageDescription: draft.imageDescription ?? null,
    locked: draft.manuallyApprovesFollowers,
    discoverable: draft.discoverable,
    indexable: draft.indexable,
    alsoKnownAs: draft.alsoKnownAs,
    url: draft.url ?? null,
    outboxUrl: draft.outbox ?? null,
    followersUrl: draft.followers ?? null,
    followingUrl: draft.following ?? null,
    featuredUrl: draft.featured ?? null,
    featuredTagsUrl: draft.featuredTags ?? null,
    memorial: draft.memorial,
    suspendedThere: draft.suspended,
  }
}

/**
 * Only keys that name this actor as their owner, under ids of its own server: no document speaks of others' keys.
 * Mitra lists its RSA key once more as a Multikey under the same id: the PEM counts.
 */
function listKeys(draft: ActorDraft) {
  const rsa = draft.publicKeys.map(({ id, owner, pem }) => ({ keyUri: id, owner, publicKey: pem }))
  const others = draft.multikeys.filter((key) => !rsa.some(({ keyUri }) => keyUri === key.id))
  const multikeys = others.map(({ id, controller, publicKeyMultibase }) => ({
    keyUri: id,
    owner: controller,
    publicKey: publicKeyMultibase,
  }))
  const host = canonicalHost(draft.id)
  const own = [...rsa, ...multikeys].filter(
    ({ owner, keyUri }) => owner === draft.id && host !== undefined && canonicalHost(keyUri) === host,
  )
  return own.map(({ owner, ...key }) => ({ ...key, actorUri: owner }))
}
