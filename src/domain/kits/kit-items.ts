import { z } from 'zod'
import type { PartKind } from './kit-format.ts'

/**
 * What stands in the items of each kind of part. Whoever reads a kit checks every item by these, since who wrote it may
 * have been another version: what is not named here is passed over. Moments are ISO 8601, addresses are complete, and
 * everybody is named by the id of their actor; handles are `name@domain`.
 */

const uri = z.url({ protocol: /^https?$/ }).max(2048)
const moment = z.iso.datetime()
const handle = z.string().max(512)
const somebody = { actor: uri, handle }

/** SHA-256, in base64url. */
const digest = z.string().regex(/^[\w-]{43}$/)

const picture = z.object({ url: uri, description: z.string().nullable() })

/** The one of these says whose kit it is, as they were when the copy was made. */
const profileItem = z.object({
  ...somebody,
  /** When this copy was made. */
  made_at: moment,
  /** `holdfast/<version>` */
  software: z.string().max(100),
  /** The actor document that was served, byte for byte: a JSON text. */
  document: z.string().max(512 * 1024),
  type: z.string().max(50),
  display_name: z.string(),
  /** As it was typed, without markup. */
  summary: z.string(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).max(100),
  locked: z.boolean(),
  discoverable: z.boolean(),
  indexable: z.boolean(),
  created_at: moment,
  also_known_as: z.array(uri).max(1000),
  avatar: picture.nullable(),
  header: picture.nullable(),
  /** As the settings keep them. */
  preferences: z.record(z.string(), z.unknown()),
  followed_tags: z.array(z.string()),
  featured_tags: z.array(z.string()),
  /** Whom the profile recommends. */
  endorsed: z.array(uri),
  /** The account that the letters lead to. */
  standby: uri.nullable(),
})

/** Who the member was before they were who the kit is of. */
const formerItem = z.object({ ...somebody, document: z.string().max(512 * 1024) })

export const followItem = z.object({
  ...somebody,
  /** `pending` when it was asked for and not answered. */
  state: z.enum(['accepted', 'pending']),
  shows_boosts: z.boolean(),
  notifies: z.boolean(),
  /** Null for all. */
  languages: z.array(z.string()).nullable(),
})

/** Somebody who followed, and how they are told of a move. */
const followerItem = z.object({
  ...somebody,
  inbox: uri,
  shared_inbox: uri.nullable(),
  /** As NodeInfo names it, if it was asked: `mastodon`, `gotosocial`. */
  software: z.string().max(100).nullable(),
})

/** A list with many members comes as several items with the same number. */
const listItem = z.object({
  list: z.number().int(),
  title: z.string(),
  replies_policy: z.string().max(50),
  exclusive: z.boolean(),
  members: z.array(z.object(somebody)),
})

const blockItem = z.object(somebody)

export const muteItem = z.object({
  ...somebody,
  hides_notifications: z.boolean(),
  expires_at: moment.nullable(),
})

const domainBlockItem = z.object({ domain: z.string().max(255) })

export const noteItem = z.object({ ...somebody, comment: z.string() })

const filterItem = z.object({
  title: z.string(),
  contexts: z.array(z.string()),
  action: z.string().max(50),
  expires_at: moment.nullable(),
  keywords: z.array(z.object({ keyword: z.string(), whole_word: z.boolean() })),
  /** Posts that are hidden one by one. */
  statuses: z.array(uri),
})

export const bookmarkItem = z.object({ uri })

/** A post or a boost by the member, oldest first. */
export const postItem = z.object({
  uri,
  visibility: z.enum(['public', 'unlisted', 'private', 'direct']),
  /** A Create with its Note or Question, polls as they stood; or an Announce. Without `@context`. */
  activity: z.record(z.string(), z.unknown()),
  pinned: z.boolean(),
  /** Ids that it had elsewhere, before its author brought it along. */
  former_uris: z.array(z.string()),
})

/**
 * A file that a post or the profile shows, by the address under which they do. With bytes it comes as several items in
 * order, of which each says where it begins; without, as one.
 */
const mediaItem = z.object({
  url: uri,
  media_type: z.string().max(100),
  /** Of all of the file; null when it could not be read. */
  digest: digest.nullable(),
  /** Bytes. */
  size: z.number().int().min(0).nullable(),
  description: z.string().nullable(),
  offset: z.number().int().min(0).optional(),
  /** Base64. */
  bytes: z.base64().optional(),
})

export const letterKinds = ['move', 'move_embedded', 'update'] as const
export type LetterKind = (typeof letterKinds)[number]

/**
 * What the member signed while their server stood, for anybody to bring to others later: `move` is a Move with
 * addresses, `move_embedded` one with the whole actor inside, `update` an Update of the actor with `movedTo`.
 */
const letterItem = z.object({
  kind: z.enum(letterKinds),
  standby: uri,
  /** A JSON text that is sent as it is. */
  document: z.string().max(256 * 1024),
  made_at: moment,
})

/** A private key of the member, or of one that they formerly were. */
export const keyItem = z.object({
  actor: uri,
  key_id: uri,
  kind: z.enum(['rsa', 'ed25519']),
  /** As it was published: PEM for RSA, a Multikey for Ed25519. */
  public_key: z.string().max(4096),
  /** PKCS#8, DER, in base64. */
  private_key: z.base64().max(8192),
})

/** By the kind of the part that they stand in. */
export const kitItems = {
  profile: profileItem,
  former: formerItem,
  follows: followItem,
  followers: followerItem,
  lists: listItem,
  blocks: blockItem,
  mutes: muteItem,
  domain_blocks: domainBlockItem,
  notes: noteItem,
  filters: filterItem,
  bookmarks: bookmarkItem,
  posts: postItem,
  media: mediaItem,
  letters: letterItem,
  key: keyItem,
} as const satisfies Record<PartKind, z.ZodType>

export type KitItem<Kind extends PartKind> = z.output<(typeof kitItems)[Kind]>
