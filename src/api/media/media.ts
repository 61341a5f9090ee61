import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Context } from '../../context.ts'
import { describeMedia, discardMedia, getUnusedMedia } from '../../domain/media/describe-media.ts'
import { uploadLimits } from '../../domain/media/limits.ts'
import { uploadMedia } from '../../domain/media/upload-media.ts'
import type { Actor } from '../../store/actors.ts'
import type { Media } from '../../store/media.ts'
import { presentOwnMedia } from '../entities/own-media.ts'
import { ApiError, recordNotFound } from '../errors.ts'
import { read } from '../input.ts'
import { answer, type Call } from '../route.ts'
import { focus } from './focus.ts'

/** How long an app that knows no better is kept waiting, and how often there is a look. Proxies wait little longer. */
const patience = { ms: 20_000, stepMs: 250 } as const

const tooLong = `Description is too long (maximum is ${uploadLimits.descriptionLength} characters)`

/** An empty description is none. */
const description = z.preprocess(
  (value) => (value === undefined ? undefined : value === '' ? null : value),
  z
    .string('is not text')
    .refine((value) => Array.from(value).length <= uploadLimits.descriptionLength, tooLong)
    .nullable()
    .optional(),
)

/** https://docs.joinmastodon.org/methods/media/#v2 */
export async function createMedia(ctx: Context, call: Call<Actor>) {
  return answerMedia(ctx, await take(ctx, call), 202)
}

/**
 * https://docs.joinmastodon.org/methods/media/#v1: apps that use this expect the file to be there at once. A video that
 * takes longer than an app or a proxy waits is answered as by v2, with 202 and no address: it is worked on, and can be
 * posted once it is ready. An app that gave up on the request would have nothing.
 */
export async function createMediaAtOnce(ctx: Context, call: Call<Actor>) {
  const media = await take(ctx, call)
  return answerMedia(ctx, await untilSettled(ctx, call, media), 202)
}

/** https://docs.joinmastodon.org/methods/media/#get */
export async function showMedia(ctx: Context, { viewer, params }: Call<Actor>) {
  return answerMedia(ctx, await getUnusedMedia(ctx, viewer, params['id']!), 206)
}

/** https://docs.joinmastodon.org/methods/media/#update */
export async function updateMedia(ctx: Context, { viewer, params, input, files }: Call<Actor>) {
  const given = read(input, { description, focus })
  const thumbnail = files['thumbnail']
  return presentOwnMedia(ctx, await describeMedia(ctx, viewer, params['id']!, { ...given, thumbnail }))
}

/** https://docs.joinmastodon.org/methods/media/#delete */
export async function deleteMedia(ctx: Context, { viewer, params }: Call<Actor>) {
  await discardMedia(ctx, viewer, params['id']!)
  return {}
}

async function take(ctx: Context, { viewer, input, files }: Call<Actor>): Promise<Media> {
  const given = read(input, { description, focus })
  const { file, thumbnail } = files
  if (file === undefined) throw new ApiError(422, "Validation failed: File can't be blank")
  return uploadMedia(ctx, viewer, { file, purpose: 'attachment', ...given, thumbnail })
}

async function untilSettled(ctx: Context, { viewer, response }: Call<Actor>, media: Media): Promise<Media> {
  const end = performance.now() + patience.ms
  let current = media
  while (current.state === 'processing' && performance.now() < end && !response.destroyed) {
    await delay(patience.stepMs)
    current = await getUnusedMedia(ctx, viewer, media.id)
  }
  return current
}

/** @param pending what says that an app is to ask again */
function answerMedia(ctx: Context, media: Media, pending: 202 | 206) {
  if (media.state === 'failed')
    throw new ApiError(422, media.problem ?? 'Error processing thumbnail for uploaded media')
  if (media.purpose !== 'attachment') throw recordNotFound()
  return answer(presentOwnMedia(ctx, media), { status: media.state === 'ready' ? 200 : pending })
}
