import { z } from 'zod'
import type { Context } from '../../context.ts'
import { updateOwnProfile } from '../../domain/accounts/update-profile.ts'
import { quotePolicies } from '../../domain/quotes/quote-policy.ts'
import { asObject } from '../../lib/as-object.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { ApiError } from '../errors.ts'
import { flag, read, textOrEmpty } from '../input.ts'
import type { Call } from '../route.ts'
import { presentCredentials } from './show-credentials.ts'

/** Apps number the fields from 0, as a hash or as an array. */
const fields = z.preprocess(
  (value) => (value === undefined || value === null ? undefined : Object.values(asObject(value))),
  z
    .array(
      z.object({
        name: z.preprocess((name) => name ?? '', z.string('is not text')),
        value: z.preprocess((value) => value ?? '', z.string('is not text')),
      }),
    )
    .optional(),
)

const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), z.enum(values).optional())

/** BCP 47, roughly; an empty one is none. */
const language = z.preprocess(
  (value) => (value === '' ? null : value),
  z
    .string('is not text')
    .regex(/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i, 'is not a language')
    .max(35)
    .nullable()
    .optional(),
)

/** https://docs.joinmastodon.org/methods/accounts/#update_credentials */
export async function updateCredentials(ctx: Context, call: Call<Actor>) {
  const { viewer, input, files } = call
  if (files['avatar'] !== undefined || files['header'] !== undefined)
    throw new ApiError(422, 'Validation failed: pictures cannot be uploaded here')
  const given = read(input, {
    display_name: textOrEmpty(1000),
    note: textOrEmpty(20_000),
    locked: flag,
    bot: flag,
    discoverable: flag,
    indexable: flag,
    hide_collections: flag,
    fields_attributes: fields,
  })
  const profile = {
    displayName: given.display_name?.trim(),
    summary: given.note,
    locked: given.locked,
    type: given.bot === undefined ? undefined : given.bot ? ('Service' as const) : ('Person' as const),
    discoverable: given.discoverable,
    indexable: given.indexable,
    fields: given.fields_attributes,
  }
  const preferences = { ...readSource(input['source']), hideCollections: given.hide_collections }
  await updateOwnProfile(ctx, viewer, profile, preferences)
  return presentOwn(ctx, viewer)
}

function readSource(value: unknown) {
  const source = read(asObject(value), {
    privacy: choice(['public', 'unlisted', 'private']),
    sensitive: flag,
    language,
    quote_policy: choice(quotePolicies),
  })
  const { privacy: visibility, sensitive, language: spoken, quote_policy: quotePolicy } = source
  return { visibility, sensitive, language: spoken, quotePolicy }
}

/** https://docs.joinmastodon.org/methods/profile/#delete-profile-avatar */
export async function removeAvatar(ctx: Context, { viewer }: Call<Actor>) {
  await updateOwnProfile(ctx, viewer, { iconUrl: null })
  return presentOwn(ctx, viewer)
}

/** https://docs.joinmastodon.org/methods/profile/#delete-profile-header */
export async function removeHeader(ctx: Context, { viewer }: Call<Actor>) {
  await updateOwnProfile(ctx, viewer, { imageUrl: null })
  return presentOwn(ctx, viewer)
}

async function presentOwn(ctx: Context, { id }: Actor) {
  const member = await findActor(ctx.db, id)
  return presentCredentials(ctx, member!)
}
