import { escapeHtml } from '../domain/statuses/render-post.ts'

const content = Symbol('content')

/** Markup that is safe to send: only `markup` and `raw` make it, so text that somebody wrote cannot pass for it. */
export type Html = { readonly [content]: string }

/** What a template may hold. Text is escaped; nothing, null and false leave nothing behind. */
export type Piece = Html | string | number | false | null | undefined | readonly Piece[]

/**
 * A template whose text is markup and whose values are not: markup`<p class="${name}">${text}</p>`. Attributes are
 * always written in double quotes.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return raw(String.raw({ raw: strings }, ...values.map(renderHtml)))
}

/** Markup from a source that is trusted to have escaped or sanitised it. */
export function raw(trusted: string): Html {
  return { [content]: trusted }
}

export function renderHtml(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (typeof piece === 'string') return escapeHtml(piece)
  if (typeof piece === 'number') return String(piece)
  return content in piece ? piece[content] : piece.map(renderHtml).join('')
}
