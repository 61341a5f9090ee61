import type { NoteDraft } from '../../src/domain/drafts.ts'

/** A public Note as the reader of documents would hand it over. */
export function draftNote(author: { uri: string }, changes: Partial<NoteDraft> = {}): NoteDraft {
  return {
    id: `${author.uri}/statuses/1`,
    type: 'Note',
    attributedTo: author.uri,
    contentHtml: '<p>Hello</p>',
    sensitive: false,
    to: ['https://www.w3.org/ns/activitystreams#Public'],
    cc: [`${author.uri}/followers`],
    visibility: 'public',
    published: new Date('2026-11-01T10:00:00Z'),
    mentions: [],
    hashtags: [],
    emojis: [],
    attachments: [],
    ...changes,
  }
}
