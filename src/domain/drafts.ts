/**
 * What a foreign document says, once it has been read and before anybody has decided what to do with it: plain
 * data, checked and cut to size, but *claims* all the same. Whether the sender may say this is for whoever acts on it.
 */

declare const canonical: unique symbol

/** A JSON object whose every key means what our vocabulary says it means. Only the reader of documents makes one. */
export type CanonicalObject = { readonly [key: string]: unknown; readonly [canonical]: true }

/** A pointer to an object: its id, its body if one came along, or both; neither when the activity names none. */
export type ObjectRef = { id?: string; embedded?: CanonicalObject }

export const activityTypes = [
  'Accept',
  'Add',
  'Announce',
  'Block',
  'Create',
  'Delete',
  'Dislike',
  'EmojiReact',
  'Flag',
  'Follow',
  'Like',
  'Move',
  'QuoteRequest',
  'Reject',
  'Remove',
  'Undo',
  'Update',
] as const
export type ActivityType = (typeof activityTypes)[number]

/** An activity inside another one (the Follow in an Undo): some servers send it without an id. */
export type EmbeddedActivityDraft = {
  id?: string
  type: ActivityType | 'Unknown'
  actor: string
  object: ObjectRef
  /** All objects: one, except in a Flag, which names an account and posts of it. At most 100. */
  objects: ObjectRef[]
  target?: string
  /** Of a QuoteRequest: the post that quotes. */
  instrument?: ObjectRef
  /** Of an Accept: what it led to, such as a QuoteAuthorization. */
  result?: string
  to: string[]
  cc: string[]
  published?: Date
  /** Plain text: the words of a Flag, the emoji of a reaction. */
  content?: string
  emojis: EmojiDraft[]
}
export type ActivityDraft = EmbeddedActivityDraft & { id: string }

export const noteTypes = ['Note', 'Article', 'Page', 'Question', 'Image', 'Video', 'Audio', 'Event'] as const
export type NoteType = (typeof noteTypes)[number]

export type Visibility = 'public' | 'unlisted' | 'private' | 'direct'

export type MentionDraft = { href: string; name: string }

export type EmojiDraft = { shortcode: string; url: string; updated?: Date }

export type AttachmentDraft = {
  type: 'image' | 'video' | 'audio' | 'unknown'
  url: string
  mediaType?: string
  /** Plain text, at most 1,500 characters. */
  description?: string
  width?: number
  height?: number
  blurhash?: string
  /** x and y, each from -1 to 1, as in Mastodon's `focalPoint`. */
  focalPoint?: [number, number]
}

/** The picture that stands for a video, an article or an event. */
export type PosterDraft = Pick<AttachmentDraft, 'url' | 'mediaType' | 'description' | 'width' | 'height'>

export type PollDraft = {
  multiple: boolean
  options: { name: string; votes: number }[]
  endTime?: Date
  closed: boolean
  votersCount?: number
}

/** Actors and collections, by their ids, at most 50 each; `automatic` may at once, `manual` may ask. */
export type PermissionDraft = { automatic: string[]; manual: string[] }

/** Who may do what with a post, as its server says; of what is absent it says nothing. */
export type InteractionPolicyDraft = {
  canLike?: PermissionDraft
  canReply?: PermissionDraft
  canAnnounce?: PermissionDraft
  canQuote?: PermissionDraft
}

/** That somebody lets one of their posts be quoted (FEP-044f). Only what its own server serves counts. */
export type QuoteAuthorizationDraft = {
  id: string
  /** Who is quoted. */
  attributedTo: string
  /** The post that quotes. */
  interactingObject: string
  /** The post that is quoted. */
  interactionTarget: string
}

export type NoteDraft = {
  id: string
  type: NoteType
  attributedTo: string
  /** Where people read it: on the host of `id`, or absent. */
  url?: string
  /** Title, as plain text. */
  name?: string
  /** Sanitised. */
  contentHtml: string
  /** Plain text. */
  summary?: string
  sensitive: boolean
  /** BCP 47. */
  language?: string
  published?: Date
  updated?: Date
  inReplyTo?: string
  quoteUri?: string
  /** The stamp of whoever is quoted, as the one who quotes says: `QuoteAuthorizationDraft`. */
  quoteAuthorization?: string
  interactionPolicy?: InteractionPolicyDraft
  to: string[]
  cc: string[]
  visibility: Visibility
  mentions: MentionDraft[]
  /** Without `#`, NFKC, lower case, each once. */
  hashtags: string[]
  emojis: EmojiDraft[]
  attachments: AttachmentDraft[]
  poll?: PollDraft
  poster?: PosterDraft
  /** The page that it is about. */
  link?: string
  /** When an Event takes place. */
  startTime?: Date
  endTime?: Date
  /** Where, on one line. */
  location?: string
  context?: string
  /** Mastodon's older name for a thread: an opaque string, often a `tag:` URI. */
  conversation?: string
  repliesUri?: string
  source?: { content: string; mediaType: string }
}

export const actorTypes = ['Person', 'Service', 'Group', 'Organization', 'Application'] as const
export type ActorType = (typeof actorTypes)[number]

export type ActorDraft = {
  id: string
  type: ActorType
  preferredUsername: string
  /** Plain text, at most 500 characters. */
  name: string
  /** Sanitised. */
  summaryHtml: string
  url?: string
  inbox: string
  outbox?: string
  sharedInbox?: string
  followers?: string
  following?: string
  featured?: string
  featuredTags?: string
  iconUrl?: string
  iconDescription?: string
  imageUrl?: string
  imageDescription?: string
  manuallyApprovesFollowers: boolean
  discoverable: boolean
  indexable: boolean
  memorial: boolean
  suspended: boolean
  alsoKnownAs: string[]
  movedTo?: string
  published?: Date
  fields: { name: string; valueHtml: string }[]
  emojis: EmojiDraft[]
  publicKeys: { id: string; owner: string; pem: string }[]
  multikeys: { id: string; controller: string; publicKeyMultibase: string }[]
}

/** Why a document was not read. Words, for logs and tests; nobody translates them. */
export type ReadProblem =
  | 'not-an-object'
  | 'too-deep'
  | 'too-large'
  | 'forbidden-keyword'
  | 'context-unavailable'
  | 'bad-json-ld'
  | 'mixed-types'
  | 'unsupported-type'
  | 'no-id'
  | 'no-actor'
  | 'many-actors'
  | 'no-object'
  | 'many-objects'
  | 'no-author'
  | 'many-authors'
  | 'foreign-author'
  | 'no-inbox'
  | 'foreign-inbox'
  | 'bad-username'
