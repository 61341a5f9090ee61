import { markup, type Html } from './html.ts'

const numbers = new Intl.NumberFormat('en')
const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const months = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function formatNumber(value: number): string {
  return numbers.format(value)
}

/** `1 post`, `1,204 posts`. */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`
}

/** Without a script nobody knows the reader's time zone: UTC, and it says so. */
export function formatMoment(moment: Date, className: string): Html {
  return markup`<time class="${className}" datetime="${moment.toISOString()}">${moments.format(moment)} UTC</time>`
}

export function formatMonth(moment: Date): Html {
  return markup`<time datetime="${moment.toISOString().slice(0, 7)}">${months.format(moment)}</time>`
}

/** The first characters as people count them, on one line; an ellipsis where something was cut. */
export function excerpt(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  let count = 0
  for (const { index } of graphemes.segment(line)) {
    if (count++ === length) return `${line.slice(0, index).trimEnd()}…`
  }
  return line
}

/** One or two characters that stand for a name, where there is no picture. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word))
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? (name.trim() || '?')]
  return chosen
    .map((word = '') => firstCharacter(word))
    .join('')
    .toLocaleUpperCase('en')
}

function firstCharacter(text: string): string {
  return graphemes.segment(text).containing(0)?.segment ?? ''
}
