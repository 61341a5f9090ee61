import { DomainError } from '../../lib/errors.ts'
import { isTooLong, maxPostLength } from './post-length.ts'

export type Words = { readonly text: string; readonly summary: string; readonly sensitive: boolean }

type Given = {
  readonly text: string
  readonly summary?: string | undefined
  readonly sensitive?: boolean | undefined
}

/**
 * What a post says, as it is kept. Beside media, or what it quotes, it may say nothing. As in Mastodon, a warning of
 * nothing is the text, and what has one is sensitive.
 * @throws DomainError `invalid` for a text that is missing or, with its warning, too long
 */
export function checkWords(
  { text, summary = '', sensitive = false }: Given,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean },
): Words {
  const [said, warning] = [clean(text), clean(summary)]
  const words = said === '' ? { text: warning, summary: '' } : { text: said, summary: warning }
  if (words.text === '' && !mayBeEmpty) throw new DomainError('invalid', 'A post needs some text.')
  if (isTooLong(words))
    throw new DomainError('invalid', `A post has at most ${maxPostLength.toLocaleString('en')} characters.`)
  return { ...words, sensitive: sensitive || warning !== '' }
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '').trim()
}
