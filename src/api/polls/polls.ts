import { z } from 'zod'
import type { Context } from '../../context.ts'
import { refreshPoll } from '../../domain/polls/refresh-poll.ts'
import { vote } from '../../domain/polls/vote.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import type { Actor } from '../../store/actors.ts'
import { loadAndPresentStatus } from '../entities/status.ts'
import type { PollJson } from '../entities/poll.ts'
import { recordNotFound } from '../errors.ts'
import { read } from '../input.ts'
import type { Call } from '../route.ts'
import { validated } from '../statuses/validation.ts'

/** https://docs.joinmastodon.org/methods/polls/#get. One elsewhere is asked about once a minute, for members. */
export async function showPoll(ctx: Context, { params, viewer }: Call) {
  const { id } = await getVisibleStatus(ctx, params['id'] ?? '', viewer?.id)
  if (viewer !== undefined) await refreshPoll(ctx, id)
  return presentPollOf(ctx, viewer, id)
}

/** A vote is final: what is not plainly the place of an option is none. */
const choice = z
  .union([z.string(), z.number()], 'is not a number')
  .refine((value) => /^\d{1,4}$/.test(String(value)), 'is not a number')
  .transform(Number)

const choices = z.preprocess(
  (value) => (value === undefined ? [] : typeof value === 'object' ? Object.values(value ?? {}) : [value]),
  z.array(choice).max(100),
)

/** https://docs.joinmastodon.org/methods/polls/#vote */
export async function voteInPoll(ctx: Context, { input, params, viewer }: Call<Actor>) {
  const given = read(input, { choices })
  const { id } = await getVisibleStatus(ctx, params['id'] ?? '', viewer.id)
  await validated(vote(ctx, viewer, id, given.choices))
  return presentPollOf(ctx, viewer, id)
}

async function presentPollOf(ctx: Context, viewer: Actor | undefined, id: string): Promise<PollJson> {
  const status = await getVisibleStatus(ctx, id, viewer?.id)
  const { poll } = await loadAndPresentStatus(ctx, viewer, status)
  if (poll === null) throw recordNotFound()
  return poll
}
