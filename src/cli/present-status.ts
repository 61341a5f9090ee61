import type { Config } from '../config.ts'
import { handleOf } from '../domain/accounts/addresses.ts'
import type { LinkedView } from '../domain/statuses/link-views.ts'
import type { StatusView } from '../domain/statuses/view.ts'
import { importedFrom } from '../domain/statuses/imported-from.ts'
import { htmlToText } from '../lib/html-to-text.ts'

/** A post for scripts, with what it boosts, quotes and asks. */
export function presentStatus(config: Config, view: LinkedView) {
  const { status, boostOf, quote, poll } = view
  return {
    id: status.id,
    uri: view.uri,
    account: handleOf(config, view.author),
    content: view.contentHtml,
    text: textOf(view),
    summary: status.summary,
    visibility: status.visibility,
    created_at: status.createdAt,
    edited_at: status.editedAt,
    imported_from: importedFrom(status) ?? null,
    in_reply_to_uri: view.inReplyToUri,
    mentions: view.mentions.map((mention) => mention.uri),
    boost_of: boostOf && presentShort(config, boostOf),
    quote: quote && { state: quote.state, uri: quote.isWithheld ? null : quote.uri },
    poll: poll && presentPoll(poll),
  }
}

function presentShort(config: Config, view: StatusView) {
  const { uri, author, contentHtml: content } = view
  return { uri, account: handleOf(config, author), content, text: textOf(view) }
}

function presentPoll(poll: NonNullable<StatusView['poll']>) {
  return {
    multiple: poll.multiple,
    options: poll.options.map((name, index) => ({ name, votes: Number(poll.votes[index] ?? 0) })),
    voters: poll.voters === null ? null : Number(poll.voters),
    ends_at: poll.endsAt,
    closed_at: poll.closedAt,
  }
}

function textOf({ status, contentHtml }: StatusView): string {
  return status.source ?? htmlToText(contentHtml)
}

/** The same for people: who, when and what. */
export function formatStatus(row: ReturnType<typeof presentStatus>): string {
  const head = `${row.account} · ${row.created_at.toISOString()} · ${row.visibility} · ${row.id}`
  const boosted = row.boost_of && `Boosted ${row.boost_of.account}: ${row.boost_of.text}`
  const options = row.poll?.options.map(({ name, votes }) => `- ${name} (${votes})`) ?? []
  return [head, row.summary && `[${row.summary}]`, row.text, boosted ?? '', ...options, quoteLine(row)]
    .filter((line) => line !== '')
    .join('\n')
}

function quoteLine({ quote }: ReturnType<typeof presentStatus>): string {
  return quote === null ? '' : `Quotes ${quote.uri ?? 'what is not to be seen here'} (${quote.state})`
}
