import type { Context } from '../../context.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { escapeHtml } from '../../domain/statuses/render-post.ts'
import { isoDate } from '../entities/date.ts'
import { recordNotFound } from '../errors.ts'
import { describeRules } from './describe.ts'

/** https://docs.joinmastodon.org/methods/instance/#rules */
export async function showRules(ctx: Context) {
  return describeRules(await readSettings(ctx))
}

/** https://docs.joinmastodon.org/entities/ExtendedDescription/ */
export async function showExtendedDescription(ctx: Context) {
  const { extendedDescription, updatedAt } = await readSettings(ctx)
  return { updated_at: isoDate(updatedAt), content: toHtml(extendedDescription) }
}

/** https://docs.joinmastodon.org/entities/PrivacyPolicy/. What nobody has written is not there. */
export async function showPrivacyPolicy(ctx: Context) {
  const { privacyPolicy, updatedAt } = await readSettings(ctx)
  if (privacyPolicy === '') throw recordNotFound()
  return { updated_at: isoDate(updatedAt), content: toHtml(privacyPolicy) }
}

function toHtml(text: string): string {
  const paragraphs = text.split(/\n\s*\n/).filter((part) => part.trim() !== '')
  return paragraphs.map((part) => `<p>${escapeHtml(part.trim()).replaceAll('\n', '<br>')}</p>`).join('')
}
