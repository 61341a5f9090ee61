import { isObject } from './scan.ts'
import { stringOf, valuesOf } from './values.ts'

export type Translated = { text: string | undefined; language: string | undefined }

/** Far more than any server writes; what is beyond is not looked at. */
const MAX_LANGUAGES = 100

/**
 * The text of a property that may come in several languages (`content` with `contentMap`), and its language. A text
 * of its own wins, in the language of the translation that equals it; the rest is decided by the alphabet, because
 * JSON-LD keeps no order.
 */
export function translatedText(node: Record<string, unknown>, word: string): Translated {
  const text = stringOf(node, word)
  const translations = translationsOf(node[`${word}Map`])
  const match = text === undefined ? translations[0] : translations.find(([, other]) => other === text)
  const [language] = match ?? (translations.length === 1 ? (translations[0] ?? []) : [])
  return { text: text ?? match?.[1], language: language ?? languageOf(node) }
}

/** The language of a text without translations: an object for PeerTube and Lemmy, a tag for Mobilizon. */
function languageOf(node: Record<string, unknown>): string | undefined {
  const [language] = valuesOf(node, 'language')
  return tagOf((isObject(language) ? stringOf(language, 'identifier') : stringOf(node, 'language')) ?? '')
}

function translationsOf(map: unknown): [string, string][] {
  if (!isObject(map)) return []
  return Object.keys(map)
    .toSorted(compareIgnoringCase)
    .slice(0, MAX_LANGUAGES)
    .flatMap((key): [string, string][] => {
      const tag = tagOf(key)
      const text = stringOf(map, key)
      return tag === undefined || text === undefined ? [] : [[tag, text]]
    })
}

function compareIgnoringCase(one: string, other: string): number {
  return one.toLowerCase() < other.toLowerCase() ? -1 : 1
}

/** A language tag in its usual spelling; undefined for "undetermined" and for what is no tag at all. */
function tagOf(text: string): string | undefined {
  // Most objects name none, and what throws for each message that arrives costs more than reading it.
  if (text === '') return undefined
  try {
    const [tag] = text.length <= 35 ? Intl.getCanonicalLocales(text) : []
    return tag === 'und' ? undefined : tag
  } catch {
    return undefined
  }
}
