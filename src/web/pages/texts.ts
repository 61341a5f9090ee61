import { readSettings } from '../../domain/instance/settings.ts'
import { paragraphsOf, textPaths } from '../../domain/instance/text-paths.ts'
import { DomainError } from '../../lib/errors.ts'
import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'
import type { Reader } from '../posts.ts'

/** @throws DomainError `not_found` while nobody has written it */
export async function privacyPage(ctx: Reader): Promise<Html> {
  const { privacyPolicy } = await readSettings(ctx)
  return textPage(ctx, 'Privacy policy', textPaths.privacyPolicy, privacyPolicy)
}

/** @throws DomainError `not_found` while nobody has written them */
export async function termsPage(ctx: Reader): Promise<Html> {
  const { termsOfService, termsEffective } = await readSettings(ctx)
  const note = termsEffective !== null && markup`<p class="hint">They hold from ${termsEffective}.</p>`
  return textPage(ctx, 'Terms of service', textPaths.termsOfService, termsOfService, note)
}

function textPage(
  { config }: Reader,
  title: string,
  path: string,
  text: string,
  note: Html | false = false,
): Html {
  if (text === '') throw new DomainError('not_found', 'Nobody has written this yet.')
  const head = { title, siteName: config.handleDomain, canonical: config.origin + path }
  const paragraphs = paragraphsOf(text).map(
    (paragraph) =>
      markup`<p>${paragraph.split('\n').map((line, index) => [index > 0 && markup`<br>`, line])}</p>\n`,
  )
  return page(
    head,
    markup`<h1>${title}</h1>
${note}
${paragraphs}`,
  )
}
