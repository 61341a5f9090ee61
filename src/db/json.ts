/** Shapes of the jsonb columns. They are written as JSON text, since `pg` would send an array as a SQL array. */

/** Somebody named in a status: a local actor has no `uri`, its addresses are composed when it is shown. */
export type StatusMention = {
  readonly actorId: string | null
  readonly username: string
  readonly domain: string | null
  readonly uri: string | null
  readonly url: string | null
}

export type Emoji = { readonly shortcode: string; readonly url: string }

export type ProfileField = {
  readonly name: string
  readonly value: string
  /** Of members here: when the page that is the value was seen to link back. ISO 8601. */
  readonly verifiedAt?: string
}

export type Attachment = {
  /** Of ours: the path, `/media/<key>`; `absoluteUrl` composes the address. */
  readonly url: string
  readonly mediaType: string
  readonly description: string | null
  readonly width: number | null
  readonly height: number | null
  readonly blurhash: string | null
  readonly focalPoint: readonly [number, number] | null
  /** The picture that stands for a video or a recording, or a small one for a picture. */
  readonly previewUrl?: string
  /** Of ours: the row of `media`. */
  readonly mediaId?: string
  /** A video without sound that repeats itself, such as an animated picture. */
  readonly isLoop?: boolean
  /** Seconds. */
  readonly duration?: number
  /** A ratio, such as `30/1`. */
  readonly frameRate?: string
  /** Bits per second. */
  readonly bitrate?: number
}

/** Actors and collections, by their ids; `automatic` may at once, `manual` may ask. */
export type Permission = { readonly automatic: readonly string[]; readonly manual: readonly string[] }

/** GoToSocial's `interactionPolicy`, with what FEP-044f adds; what is absent was not said. */
export type InteractionPolicy = {
  readonly canLike?: Permission
  readonly canReply?: Permission
  readonly canAnnounce?: Permission
  readonly canQuote?: Permission
}

/** Numbers and words about something, by the names under which they are shown. */
export type Facts = Readonly<Record<string, number | string | null>>

/** The app that posted something, as it called itself then. */
export type PostingApp = { readonly name: string; readonly website: string | null }

/** What will be said at a time that its author chose. */
export type ScheduledPost = {
  readonly text: string
  readonly visibility: 'public' | 'unlisted' | 'private' | 'direct'
  readonly summary?: string | undefined
  readonly language?: string | undefined
  readonly inReplyToId?: string | undefined
  readonly quoteOf?: string | undefined
  readonly quotePolicy?: 'public' | 'followers' | 'nobody' | undefined
  readonly sensitive?: boolean | undefined
  readonly poll?:
    | {
        readonly options: readonly string[]
        readonly multiple: boolean
        readonly hideTotals?: boolean | undefined
        readonly endsInSeconds: number
      }
    | undefined
  readonly application?: PostingApp | undefined
}

/** What a page says of itself: the addresses are of the web, not of ours. */
export type LinkCard = {
  readonly type: 'link' | 'photo' | 'video'
  readonly title: string
  readonly description: string
  readonly authorName: string
  readonly authorUrl: string
  readonly providerName: string
  readonly providerUrl: string
  /** An `iframe` of ours around a player of theirs, or nothing. */
  readonly html: string
  readonly embedUrl: string
  readonly width: number
  readonly height: number
  readonly image: string | null
  readonly imageDescription: string
  readonly language: string | null
  /** ISO 8601. */
  readonly publishedAt: string | null
  /** Where the page is, after redirects. */
  readonly url: string
}
