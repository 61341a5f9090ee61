import type { Context } from '../../context.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { paragraphsOf } from '../../domain/instance/text-paths.ts'
import { escapeHtml } from '../../domain/statuses/render-post.ts'
import { isoDate, isoDay } from '../entities/date.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
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

/** https://docs.joinmastodon.org/entities/TermsOfService/: those that hold, or those of a date where it is theirs. */
export async function showTerms(ctx: Context, { params }: Pick<Call, 'params'>) {
  const { termsOfService, termsEffective, updatedAt } = await readSettings(ctx)
  const date = termsEffective ?? isoDay(updatedAt)
  if (termsOfService === '' || (params['date'] ?? date) !== date) throw recordNotFound()
  const isEffective = date <= isoDay(ctx.now())
  return { effective_date: date, effective: isEffective, content: toHtml(termsOfService), succeeded_by: null }
}

function toHtml(text: string): string {
  const paragraphs = paragraphsOf(text)
  return paragraphs.map((part) => `<p>${escapeHtml(part).replaceAll('\n', '<br>')}</p>`).join('')
}
