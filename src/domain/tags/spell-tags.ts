import { normalizeTag } from '../statuses/parse-text.ts'

/** A hashtag in a text, whatever stands around it. */
const written = /#([\p{L}\p{M}\p{N}_]{1,100})/gu

/**
 * How the tags of a text are written in it, with their capitals: they are what those who listen to a text hear words by.
 * @param text HTML, or plain
 * @param tags as they are compared
 * @returns every tag, and beside it the way in which it is written first; the tag itself where it is not
 */
export function spellTags(text: string, tags: readonly string[]): ReadonlyMap<string, string> {
  const plain = text.replace(/<[^>]*>/g, '')
  const spelled = new Map<string, string>()
  for (const [, tag = ''] of plain.matchAll(written)) {
    const name = normalizeTag(tag)
    if (!spelled.has(name)) spelled.set(name, tag)
  }
  return new Map(tags.map((tag) => [tag, spelled.get(tag) ?? tag]))
}
