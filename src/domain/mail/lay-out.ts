import type { Config } from '../../config.ts'
import type { Mail } from '../../lib/mailer.ts'
import { escapeHtml } from '../statuses/render-post.ts'

/** What a mail says: paragraphs of plain text, and at most one thing to do. */
export type Letter = {
  /** In words of ours, on one line. */
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly url: string } | undefined
  /** Below what is to be done. */
  readonly after?: readonly string[] | undefined
}

/** The letter as text and as HTML that needs nothing from elsewhere. */
export function layOut(
  config: Config,
  to: string,
  { subject, paragraphs, action, after = [] }: Letter,
): Mail {
  const closing = `${config.handleDomain} · ${config.origin}`
  const doing = action === undefined ? [] : [`${action.label}:\n${action.url}`]
  const text = [...paragraphs, ...doing, ...after, `-- \n${closing}`].join('\n\n')
  const body = [
    ...paragraphs.map(paragraph),
    ...(action === undefined ? [] : [button(action)]),
    ...after.map(paragraph),
    `<p style="color:#566663;font-size:14px">${escapeHtml(closing)}</p>`,
  ].join('\n')
  return { to, subject: subject.replaceAll(/\s+/g, ' '), text, html: frame(body) }
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`
}

function button({ label, url }: { label: string; url: string }): string {
  const style = 'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b655d;color:#ffffff'
  const address = escapeHtml(url)
  return `<p><a href="${address}" style="${style}">${escapeHtml(label)}</a></p>
<p style="font-size:14px">Or copy this address into your browser:<br>${address}</p>`
}

function frame(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:24px;background:#f6f3ea;color:#17282a;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34rem;margin:0 auto;padding:24px;background:#fffdf8;border-radius:12px">
${body}
</div>
</body></html>
`
}
