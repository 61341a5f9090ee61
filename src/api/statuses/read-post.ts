import { z } from 'zod'
import { visibilities } from '../../domain/policy/visibility.ts'
import { quotePolicies } from '../../domain/quotes/quote-policy.ts'
import { flag, id, ids, read, text, textOrEmpty } from '../input.ts'
import { invalid } from './validation.ts'

/** More than a post may have: how much that is, the use case says. */
const maxUnits = 100_000

const choice = <Words extends readonly [string, ...string[]]>(words: Words) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), z.enum(words).optional())

/** Apps may send what is no language: then the post is in the one that its author writes in. */
const language = text(100).transform((tag) => (tag !== undefined && isLanguage(tag) ? tag : undefined))

/** Well-formed by BCP 47, as far as languages have names: none of those is longer than 35. */
function isLanguage(tag: string): boolean {
  try {
    return tag.length <= 35 && Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** What apps say of a post, new or changed. */
export function readPost(input: Readonly<Record<string, unknown>>) {
  return read(input, {
    status: textOrEmpty(maxUnits),
    spoiler_text: textOrEmpty(maxUnits),
    sensitive: flag,
    language,
    visibility: choice(visibilities),
    in_reply_to_id: id,
    quoted_status_id: id,
    quote_approval_policy: choice(quotePolicies),
    media_ids: ids,
  })
}

type Words = Pick<ReturnType<typeof readPost>, 'status' | 'spoiler_text' | 'media_ids'>

/**
 * Something must be said or shown.
 * @param isQuote it shows what it quotes
 * @throws ApiError 422 in Mastodon's words
 */
export function requireWords(words: Words, isQuote: boolean): void {
  const { status = '', spoiler_text: warning = '', media_ids: media } = words
  if (!isQuote && media.length === 0 && status.trim() === '' && warning.trim() === '')
    throw invalid("Text can't be blank")
}
