import { checkText } from './check-text.ts'

export type Words = { readonly text: string; readonly summary: string; readonly sensitive: boolean }

type Given = {
  readonly text: string
  readonly summary?: string | undefined
  readonly sensitive?: boolean | undefined
}

/**
 * What a post says. Beside media it may say nothing. As in Mastodon, a warning of nothing is the text, and what has one
 * is sensitive.
 * @throws DomainError `invalid` for a text that is missing or too long
 */
export function checkWords({ text, summary = '', sensitive = false }: Given, hasMedia: boolean): Words {
  const isWarningOnly = text.trim() === '' && summary.trim() !== ''
  return {
    text: checkText(isWarningOnly ? summary : text, { mayBeEmpty: hasMedia }),
    summary: isWarningOnly ? '' : summary,
    sensitive: sensitive || summary !== '',
  }
}
