import { proxiedUrl, type Proxying } from '../../domain/media/proxied-url.ts'
import type { Preview } from '../../store/link-previews.ts'
import { isoDateOrNull } from './date.ts'

/** https://docs.joinmastodon.org/entities/PreviewCard/. Of what is not known, apps want an empty text or 0, not null. */
export type CardJson = {
  readonly url: string
  readonly title: string
  readonly description: string
  readonly language: string | null
  readonly type: 'link' | 'photo' | 'video'
  readonly author_name: string
  readonly author_url: string
  /** Whom the page names with an address; that somebody of the fediverse is meant, nobody has vouched for. */
  readonly authors: readonly { readonly name: string; readonly url: string; readonly account: null }[]
  readonly provider_name: string
  readonly provider_url: string
  readonly html: string
  readonly width: number
  readonly height: number
  readonly image: string | null
  readonly image_description: string
  readonly embed_url: string
  readonly blurhash: null
  readonly published_at: string | null
}

export function presentCard(ctx: Proxying, { url, card }: Preview): CardJson {
  const { title, description, language, type, html, width, height, publishedAt } = card
  const { authorName, authorUrl, providerName, providerUrl, image, embedUrl, imageDescription } = card
  return {
    ...{ url, title, description, language, type, html, width, height },
    author_name: authorName,
    author_url: authorUrl,
    authors:
      authorName === '' || authorUrl === '' ? [] : [{ name: authorName, url: authorUrl, account: null }],
    provider_name: providerName,
    provider_url: providerUrl,
    image: image === null ? null : proxiedUrl(ctx, image),
    image_description: imageDescription,
    embed_url: embedUrl === '' ? '' : proxiedUrl(ctx, embedUrl),
    blurhash: null,
    published_at: isoDateOrNull(publishedAt === null ? null : new Date(publishedAt)),
  }
}
