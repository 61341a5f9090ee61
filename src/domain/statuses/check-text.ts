import { DomainError } from '../../lib/errors.ts'

/** In characters as people count them. */
export const maxPostLength = 5000

/**
 * The text as it is kept: well-formed, without NUL, trimmed.
 * @param mayBeEmpty something else says what there is to say
 * @throws DomainError `invalid`
 */
export function checkText(input: string, { mayBeEmpty = false } = {}): string {
  const text = input.toWellFormed().replaceAll('\0', '').trim()
  if (text === '' && !mayBeEmpty) throw new DomainError('invalid', 'A post needs some text.')
  if (countCharacters(text) > maxPostLength) {
    throw new DomainError('invalid', `A post has at most ${maxPostLength.toLocaleString('en')} characters.`)
  }
  return text
}

function countCharacters(text: string): number {
  if (text.length <= maxPostLength) return text.length
  return [...new Intl.Segmenter().segment(text.slice(0, maxPostLength * 20))].length
}
