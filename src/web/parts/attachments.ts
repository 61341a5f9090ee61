import type { Attachment } from '../../db/json.ts'
import type { Status } from '../../store/statuses.ts'
import { formatCount } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { webAddress } from '../links.ts'
import { mediaSource, type Site } from '../media.ts'

/** What a post carries, behind a click where its author says that not everybody wants to see it. */
export function attachments(
  site: Site,
  status: Pick<Status, 'attachments' | 'sensitive' | 'summary'>,
): Html | false {
  const { attachments: all } = status
  if (all.length === 0) return false
  const pictures = all.filter(isSeen)
  const ordered = [...pictures, ...all.filter((media) => !isSeen(media))]
  const shown = markup`<div class="media ${pictures.length > 1 ? 'many' : 'one'}">
${ordered.map((each) => markup`${attachment(site, each)}\n`)}</div>`
  // A content warning hides them already.
  if (!status.sensitive || status.summary !== '') return shown
  return markup`<details class="warning">
<summary><span class="label">Sensitive media:</span> ${tally(all)}</summary>
${shown}
</details>`
}

function attachment(site: Site, media: Attachment): Html | false {
  switch (kindOf(media)) {
    case 'image':
      return image(site, media)
    case 'video':
      return figure(video(site, media), media)
    case 'audio':
      return figure(audio(site, media), media, 'sound')
    default:
      return file(media)
  }
}

function image(site: Site, media: Attachment): Html {
  const source = mediaSource(site, media.url)
  const alt = media.description ?? 'A picture that nobody described'
  return figure(
    markup`<a href="${source}"><img class="u-photo${focusOf(media)}" src="${source}" alt="${alt}"${sizeOf(media)} loading="lazy"></a>`,
    media,
  )
}

function video(site: Site, media: Attachment): Html {
  return markup`<video class="u-video" src="${mediaSource(site, media.url)}"${posterOf(site, media)} aria-label="${media.description ?? 'A video'}"${sizeOf(media)}${media.isLoop === true && markup` loop muted`} controls preload="none" playsinline></video>`
}

function audio(site: Site, media: Attachment): Html {
  return markup`<audio class="u-audio" src="${mediaSource(site, media.url)}" aria-label="${media.description ?? 'A sound'}" controls preload="none"></audio>`
}

/** Nobody knows what it is, so it is for the reader to go there. */
function file({ url, description }: Attachment): Html | false {
  const address = webAddress(url)
  if (address === undefined) return false
  const name = description ?? `A file on ${new URL(address).host}`
  return markup`<p class="file"><a href="${address}" rel="nofollow noopener">${name}</a></p>`
}

/** What those hear who do not see is there for everybody to read. */
function figure(content: Html, { description }: Attachment, className = 'picture'): Html {
  const told =
    description !== null &&
    markup`<details class="told">
<summary>Description</summary>
<p dir="auto">${description}</p>
</details>`
  return markup`<figure class="${className}">${content}${told}</figure>`
}

function posterOf(site: Site, { previewUrl }: Attachment): Html | false {
  return previewUrl !== undefined && markup` poster="${mediaSource(site, previewUrl)}"`
}

function sizeOf({ width, height }: Attachment): Html | false {
  return width !== null && height !== null && markup` width="${width}" height="${height}"`
}

/** Which part stays in sight when a picture is cut: without inline styles, to a third of it. */
function focusOf({ focalPoint }: Attachment): string {
  const [x = 0, y = 0] = focalPoint ?? []
  const across = x < -1 / 3 ? ' at-left' : x > 1 / 3 ? ' at-right' : ''
  const down = y < -1 / 3 ? ' at-bottom' : y > 1 / 3 ? ' at-top' : ''
  return across + down
}

function tally(all: readonly Attachment[]): string {
  const count = (kind: string, one: string): string[] => {
    const number = all.filter((media) => kindOf(media) === kind).length
    return number > 0 ? [formatCount(number, one)] : []
  }
  return [
    ...count('image', 'picture'),
    ...count('video', 'video'),
    ...count('audio', 'sound'),
    ...count('unknown', 'file'),
  ].join(', ')
}

function isSeen(media: Attachment): boolean {
  return ['image', 'video'].includes(kindOf(media))
}

function kindOf({ mediaType }: Attachment): 'image' | 'video' | 'audio' | 'unknown' {
  const [kind] = mediaType.split('/', 1)
  return kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'unknown'
}
