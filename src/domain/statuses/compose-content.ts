import { htmlToText } from '../../lib/html-to-text.ts'
import { textToHtml } from '../../lib/html.ts'
import type { NoteDraft, NoteType } from '../drafts.ts'
import { escapeHtml, renderLinkText } from './render-post.ts'

/**
 * What a reader of a microblog sees of what others post. A Note or Question is its own content, in forums after the
 * title of the topic that it begins; what answers there only repeats that title. A longer work begins with its title,
 * which leads to where it is read as it was meant; then when and where it takes place, what it says or else its
 * summary, and the page that it is about.
 * @returns sanitised HTML
 */
export function composeContent(note: NoteDraft): string {
  if (isMicroblog(note.type)) return writeNote(note)
  const original = note.url ?? note.id
  const title =
    note.name === undefined ? '' : `<strong>${renderLink(original, escapeHtml(note.name))}</strong>`
  const about = note.link ?? (title === '' ? original : undefined)
  const link = about === undefined ? '' : renderLink(about, renderLinkText(about))
  return [paragraph(title), paragraph(writeOccasion(note)), writeBody(note), paragraph(link)].join('')
}

/**
 * The warning before a status. Of a longer work the summary is an abstract, unless the work is marked as sensitive.
 * What only repeats the title, as lotide does, warns of nothing.
 */
export function warningOf({ type, sensitive, summary = '', name }: NoteDraft): string {
  return (isMicroblog(type) || sensitive) && summary !== name ? summary : ''
}

function writeNote({ name = '', contentHtml, inReplyTo }: NoteDraft): string {
  if (contentHtml === '') return paragraph(escapeHtml(name))
  const isShown = inReplyTo !== undefined || htmlToText(contentHtml).startsWith(name)
  if (isShown) return contentHtml
  return paragraph(`<strong>${escapeHtml(name)}</strong>`) + inParagraph(contentHtml)
}

function isMicroblog(type: NoteType): boolean {
  return type === 'Note' || type === 'Question'
}

function writeBody(note: NoteDraft): string {
  const { contentHtml, summary = '', name } = note
  if (contentHtml === '') return warningOf(note) === '' && summary !== name ? textToHtml(summary) : ''
  return inParagraph(contentHtml)
}

function inParagraph(html: string): string {
  return /^<(?:p|ul|ol|pre|blockquote)\b/.test(html) ? html : paragraph(html)
}

function writeOccasion({ startTime, endTime, location }: NoteDraft): string {
  const times = [startTime, endTime].flatMap((time) => (time === undefined ? [] : [formatTime(time)]))
  const when = startTime === undefined ? '' : times.join(' – ')
  return [when, location ?? '']
    .filter((line) => line !== '')
    .map(escapeHtml)
    .join('<br />')
}

/** In the one way that readers of every language understand. */
function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function renderLink(href: string, html: string): string {
  return `<a href="${escapeHtml(href)}" rel="nofollow noopener noreferrer" target="_blank">${html}</a>`
}

function paragraph(html: string): string {
  return html === '' ? '' : `<p>${html}</p>`
}
