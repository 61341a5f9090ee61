import { z } from 'zod'
import type { ProfilePreferences } from '../../domain/accounts/update-profile.ts'
import { quotePolicies } from '../../domain/quotes/quote-policy.ts'
import { asObject } from '../../lib/as-object.ts'
import type { ProfileChanges } from '../../store/profiles.ts'
import { ApiError } from '../errors.ts'
import { flag, read, textOrEmpty, texts } from '../input.ts'

type Input = Readonly<Record<string, unknown>>

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

/** What somebody says of themselves, but for their pictures. */
export function readProfile(input: Input): ProfileChanges {
  const given = read(input, {
    display_name: textOrEmpty(1000),
    note: textOrEmpty(20_000),
    avatar_description: textOrEmpty(20_000),
    header_description: textOrEmpty(20_000),
    locked: flag,
    bot: flag,
    discoverable: flag,
    indexable: flag,
    fields_attributes: fields,
  })
  return {
    displayName: given.display_name?.trim(),
    summary: given.note,
    iconDescription: emptyIsNull(given.avatar_description),
    imageDescription: emptyIsNull(given.header_description),
    locked: given.locked,
    type: given.bot === undefined ? undefined : given.bot ? 'Service' : 'Person',
    discoverable: given.discoverable,
    indexable: given.indexable,
    fields: given.fields_attributes,
  }
}

function emptyIsNull(text: string | undefined): string | null | undefined {
  return text === undefined ? undefined : text.trim() || null
}

/** What is the member's own business, and how their profile is shown. */
export function readPreferences(input: Input): ProfilePreferences {
  const given = read(input, {
    hide_collections: flag,
    show_media: flag,
    show_media_replies: flag,
    show_featured: flag,
  })
  return {
    ...readSource(input['source']),
    hideCollections: given.hide_collections,
    showMedia: given.show_media,
    showMediaReplies: given.show_media_replies,
    showFeatured: given.show_featured,
    attributionDomains: readDomains(input),
  }
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

const maxDomains = 10
const domainPattern = /^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u

/** @throws ApiError 422 for what is no domain, and for too many */
function readDomains(input: Input): readonly string[] | undefined {
  if (input['attribution_domains'] === undefined) return undefined
  const { attribution_domains: given } = read(input, { attribution_domains: texts(maxDomains + 1, 253) })
  const domains = [
    ...new Set(given.map((domain) => domain.trim().toLowerCase()).filter((each) => each !== '')),
  ]
  if (domains.length > maxDomains)
    throw new ApiError(422, `Validation failed: Attribution domains are limited to ${maxDomains}`)
  if (domains.some((domain) => domain.length > 253 || !domainPattern.test(domain)))
    throw new ApiError(
      422,
      'Validation failed: Attribution domains contains one or more invalid domain names',
    )
  return domains
}
