import type { Context } from '../../context.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { clientApiVersion } from '../../domain/instance/client-api-version.ts'
import type { InstanceSettings } from '../../domain/instance/settings.ts'
import { uploadLimits } from '../../domain/media/limits.ts'
import { pollLimits } from '../../domain/polls/check-poll.ts'
import { charactersPerLink, maxPostLength } from '../../domain/statuses/post-length.ts'
import { findAccount } from '../../store/actors.ts'
import { findOwnerName } from '../../store/instance-settings.ts'
import { presentAccount, type AccountJson } from '../entities/account.ts'

/** Apps take its beginning for Mastodon's own version, and all of it for one by https://semver.org. */
export function versionOf({ config }: Pick<Context, 'config'>): string {
  return `${clientApiVersion.release}+holdfast.${config.version}`
}

export function streamingUrl({ config }: Pick<Context, 'config'>): string {
  return config.origin.replace(/^http/, 'ws')
}

/** Whom to turn to. */
export async function findContact(ctx: Context, settings: InstanceSettings): Promise<AccountJson | null> {
  const name = settings.contactUsername ?? (await findOwnerName(ctx.db))
  const account = name === undefined ? undefined : await findAccount(ctx.db, name)
  return account === undefined || account.deletedAt !== null ? null : presentAccount(ctx, account)
}

export function describeRules({ rules }: InstanceSettings) {
  return rules.map(({ text, hint }, index) => ({ id: String(index + 1), text, hint, translations: {} }))
}

/** What may be posted here: the same numbers as the use cases hold to. */
export function describeLimits() {
  return {
    accounts: {
      max_featured_tags: featuredLimits.tags,
      max_pinned_statuses: featuredLimits.pins,
      max_profile_fields: 4,
    },
    statuses: {
      max_characters: maxPostLength,
      max_media_attachments: uploadLimits.perStatus,
      // A link counts as long as it is.
      characters_reserved_per_url: charactersPerLink,
    },
    media_attachments: mediaLimits,
    polls: {
      max_options: pollLimits.maxOptions,
      max_characters_per_option: pollLimits.optionLength,
      min_expiration: pollLimits.minSeconds,
      max_expiration: pollLimits.maxSeconds,
    },
  }
}

const mediaLimits = {
  supported_mime_types: uploadLimits.types,
  description_limit: uploadLimits.descriptionLength,
  image_size_limit: uploadLimits.imageBytes,
  image_matrix_limit: uploadLimits.imagePixels,
  video_size_limit: uploadLimits.videoBytes,
  video_frame_rate_limit: uploadLimits.videoFrameRate,
  video_matrix_limit: uploadLimits.videoPixels,
}
