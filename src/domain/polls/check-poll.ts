import { cleanLine } from '../../lib/clean-text.ts'
import { DomainError } from '../../lib/errors.ts'

/** What is asked beside a post. */
export type PollInput = {
  readonly options: readonly string[]
  readonly multiple: boolean
  /** How many chose each option is told when the poll is over. */
  readonly hideTotals?: boolean | undefined
  readonly endsInSeconds: number
}

/** Others cut longer names off, and would vote for what is no option. In UTF-16 units. */
const optionUnits = 500

/** More than Mastodon offers, no more than others show. */
export const pollLimits = {
  minOptions: 2,
  maxOptions: 10,
  optionLength: 100,
  minSeconds: 300,
  maxSeconds: 30 * 86_400,
}

/**
 * The options as they are kept: on one line each, as a vote will name them. Apps send the fields that were left empty,
 * too: those are none.
 * @throws DomainError `invalid`
 */
export function checkPoll(input: PollInput): {
  options: string[]
  multiple: boolean
  hideTotals: boolean
} {
  const { minOptions, maxOptions, optionLength, minSeconds, maxSeconds } = pollLimits
  const options = input.options
    .map((option) => cleanLine(option, optionUnits + 1))
    .filter((option) => option !== '')
  const refuse = (message: string) => {
    throw new DomainError('invalid', message)
  }
  if (options.length < minOptions || options.length > maxOptions) {
    refuse(`A poll has ${minOptions} to ${maxOptions} options.`)
  }
  if (options.some((option) => option.length > optionUnits || countCharacters(option) > optionLength)) {
    refuse(`An option has at most ${optionLength} characters.`)
  }
  if (new Set(options).size < options.length) refuse('No two options may be the same.')
  const { endsInSeconds } = input
  if (!Number.isInteger(endsInSeconds) || endsInSeconds < minSeconds || endsInSeconds > maxSeconds) {
    refuse('A poll lasts from 5 minutes to 30 days.')
  }
  return { options, multiple: input.multiple, hideTotals: input.hideTotals ?? false }
}

function countCharacters(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length
}
