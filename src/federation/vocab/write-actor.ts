import type { Config } from '../../config.ts'
import { actorUri, actorUrl, keyUri, preferredUsername } from '../../domain/accounts/addresses.ts'
import { biographyHtml } from '../../domain/accounts/biography.ts'
import { renderPost } from '../../domain/statuses/render-post.ts'
import type { Actor } from '../../store/actors.ts'
import type { AccountKey } from '../../store/keys.ts'
import { writeEmoji, writeImage } from './write-attachment.ts'
import { actorContext } from './write-contexts.ts'

type Json = Record<string, unknown>

/**
 * The actor document of an account. The RSA key stands in it, since receivers that fetch a key on its own lose it
 * with its host; the Ed25519 key follows FEP-521a.
 */
export function writeActor(config: Config, account: Actor, keys: readonly AccountKey[]): Json {
  const isHidden = account.suspendedAt !== null
  const actor = isHidden ? withoutProfile(account) : account
  const id = actorUri(config, actor)
  return {
    '@context': isHidden ? [...actorContext, { suspended: 'toot:suspended' }] : actorContext,
    id,
    type: actor.type,
    preferredUsername: preferredUsername(config, actor),
    name: actor.displayName,
    summary: biographyHtml(config, actor),
    url: actorUrl(config, actor),
    published: actor.createdAt.toISOString(),
    ...writePictures(config, actor),
    ...writeEndpoints(config, id),
    manuallyApprovesFollowers: actor.locked,
    discoverable: actor.discoverable,
    indexable: actor.indexable,
    alsoKnownAs: actor.alsoKnownAs,
    ...(actor.movedTo === null ? {} : { movedTo: actor.movedTo }),
    attachment: actor.fields.map(({ name, value }) => writeField(config, name, value)),
    tag: actor.emojis.map((emoji) => writeEmoji(config, emoji)),
    ...writeKeys(config, actor, keys),
    ...(isHidden && { suspended: true }),
  }
}

/** Of whom is hidden others are told that, which they undo when it is over; of the profile they are told nothing. */
function withoutProfile(actor: Actor): Actor {
  return { ...actor, displayName: '', summary: '', fields: [], emojis: [], iconUrl: null, imageUrl: null }
}

/** Their face and their banner, with what they say of them. */
function writePictures(config: Config, actor: Actor): Json {
  const { iconUrl, iconDescription, imageUrl, imageDescription } = actor
  return {
    ...(iconUrl !== null && { icon: writeImage(config, iconUrl, iconDescription) }),
    ...(imageUrl !== null && { image: writeImage(config, imageUrl, imageDescription) }),
  }
}

function writeEndpoints(config: Config, id: string): Json {
  return {
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    followers: `${id}/followers`,
    following: `${id}/following`,
    featured: `${id}/collections/featured`,
    featuredTags: `${id}/collections/tags`,
    endpoints: { sharedInbox: `${config.origin}/inbox` },
  }
}

function writeField(config: Config, name: string, value: string): Json {
  const html = renderPost(config, { source: value, mentions: [] }).replace(/^<p>|<\/p>$/g, '')
  return { type: 'PropertyValue', name, value: html }
}

function writeKeys(config: Config, actor: Actor, keys: readonly AccountKey[]): Json {
  const owner = actorUri(config, actor)
  const idOf = (key: AccountKey): string => keyUri(config, actor, key.fragment)
  const rsa = keys.find((key) => key.kind === 'rsa')
  const multikeys = keys
    .filter((key) => key.kind === 'ed25519')
    .map((key) => ({ id: idOf(key), type: 'Multikey', controller: owner, publicKeyMultibase: key.publicKey }))
  return {
    ...(rsa && { publicKey: { id: idOf(rsa), owner, publicKeyPem: rsa.publicKey } }),
    assertionMethod: multikeys,
  }
}
