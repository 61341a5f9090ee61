const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** What sanitised HTML says, for terminals: paragraphs and line breaks are kept, everything else is not. */
export function htmlToText(html: string): string {
  return html
    .replace(/\s+/g, ' ')
    .replace(/<br\b[^>]*>\s?/gi, '\n')
    .replace(/\s?<\/?(?:p|div|h[1-6]|ul|ol|blockquote|pre|hr)\b[^>]*>\s?/gi, '\n\n')
    .replace(/<\/li>\s?/gi, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[\da-f]+|\w+);/gi, decodeEntity)
    .trim()
}

function decodeEntity(entity: string, name: string): string {
  if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? entity
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code <= 0x10ffff ? String.fromCodePoint(code) : entity
}
