import { z } from 'zod'
import type { PollInput } from '../../domain/polls/check-poll.ts'
import { flag, read, texts, wholeNumber } from '../input.ts'
import { invalid } from './validation.ts'

const maxOptions = 20

/**
 * `poll[options][]`, `poll[expires_in]` in seconds, `poll[multiple]` and `poll[hide_totals]`; an empty one is none.
 */
export function readPoll(input: Readonly<Record<string, unknown>>): PollInput | undefined {
  const given = z.record(z.string(), z.unknown()).safeParse(input['poll'])
  if (!given.success) return undefined
  const poll = read(given.data, {
    ...{ options: texts(maxOptions, 2000), expires_in: wholeNumber },
    ...{ multiple: flag, hide_totals: flag },
  })
  if (poll.options.length === 0) return undefined
  if (poll.expires_in === undefined) throw invalid("Poll expires_in can't be blank")
  return {
    ...{ options: poll.options, multiple: poll.multiple ?? false, endsInSeconds: poll.expires_in },
    hideTotals: poll.hide_totals ?? false,
  }
}
