import type { Context } from '../../context.ts'
import { missingHeaderPath } from '../../domain/accounts/missing-pictures.ts'
import { clientApiVersion } from '../../domain/instance/client-api-version.ts'
import { loadUsage } from '../../domain/instance/load-usage.ts'
import { readSettings, type InstanceSettings } from '../../domain/instance/settings.ts'
import { textPaths } from '../../domain/instance/text-paths.ts'
import { vapidKeys } from '../../domain/push/vapid-keys.ts'
import { describeLimits, describeRules, findContact, streamingUrl, versionOf } from './describe.ts'

/** https://docs.joinmastodon.org/entities/Instance/ */
export async function showInstance(ctx: Context) {
  const [settings, usage] = await Promise.all([readSettings(ctx), loadUsage(ctx)])
  const { origin, handleDomain } = ctx.config
  const anybody = { local: 'public', remote: 'public' }
  return {
    domain: handleDomain,
    title: settings.title ?? handleDomain,
    version: versionOf(ctx),
    source_url: settings.sourceUrl ?? origin,
    description: settings.description,
    usage: { users: { active_month: usage.active } },
    thumbnail: { url: origin + missingHeaderPath },
    icon: [],
    languages: settings.languages,
    configuration: {
      urls: {
        streaming: streamingUrl(ctx),
        about: `${origin}/`,
        status: null,
        ...describeTexts(ctx, settings),
      },
      vapid: { public_key: vapidKeys(ctx).publicKey },
      ...describeLimits(),
      translation: { enabled: false },
      timelines_access: { live_feeds: anybody, hashtag_feeds: anybody, trending_link_feeds: anybody },
      limited_federation: false,
    },
    registrations: {
      enabled: settings.registrations !== 'closed',
      approval_required: settings.registrations === 'approval',
      reason_required: settings.registrations === 'approval',
      message: settings.registrationsMessage,
      min_age: null,
      url: null,
    },
    api_versions: { mastodon: clientApiVersion.number },
    contact: { email: settings.contactEmail, account: await findContact(ctx, settings) },
    rules: describeRules(settings),
  }
}

/** The pages of what an admin has written. */
function describeTexts(
  { config: { origin } }: Pick<Context, 'config'>,
  { privacyPolicy, termsOfService }: InstanceSettings,
) {
  return {
    privacy_policy: privacyPolicy === '' ? null : origin + textPaths.privacyPolicy,
    terms_of_service: termsOfService === '' ? null : origin + textPaths.termsOfService,
  }
}

/** https://docs.joinmastodon.org/entities/V1_Instance/ */
export async function showInstanceV1(ctx: Context) {
  const [settings, usage] = await Promise.all([readSettings(ctx), loadUsage(ctx)])
  const { origin, handleDomain } = ctx.config
  return {
    uri: handleDomain,
    title: settings.title ?? handleDomain,
    short_description: settings.description,
    description: settings.description,
    email: settings.contactEmail,
    version: versionOf(ctx),
    urls: { streaming_api: streamingUrl(ctx) },
    stats: { user_count: usage.people, status_count: usage.posts, domain_count: usage.peers },
    thumbnail: origin + missingHeaderPath,
    languages: settings.languages,
    registrations: settings.registrations !== 'closed',
    approval_required: settings.registrations === 'approval',
    invites_enabled: false,
    configuration: describeLimits(),
    contact_account: await findContact(ctx, settings),
    rules: describeRules(settings),
  }
}
