/** Control characters but for tabulators and line ends. */
const control = /[^\P{Cc}\t\n\r]/gu
/** Overrides, embeddings and isolates of writing direction, which nobody closes for us. */
const direction = /[\u202a-\u202e\u2066-\u2069]/g
/** No script stacks more marks upon one letter than this; more only paint over the lines above and below. */
const stackedMarks = /(\p{M}{8})\p{M}+/gu

/** Text that PostgreSQL and JSON can hold: no control characters, whole surrogate pairs, at most `limit` units. */
export function cleanText(text: string, limit: number): string {
  return cut(text, limit).replace(control, '').toWellFormed()
}

/** A name or title: one line, without direction overrides, with letters that keep to their line. */
export function cleanLine(text: string, limit: number): string {
  const line = cleanText(text, limit * 8)
    .replace(direction, '')
    .replace(/\s+/g, ' ')
  return cut(line.trim().replace(stackedMarks, '$1'), limit).trimEnd()
}

/** Cuts without leaving half of a character. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const unit = text.charCodeAt(limit - 1)
  return text.slice(0, unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit)
}
