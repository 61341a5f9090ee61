import { describe, expect, test } from 'vitest'
import type { NoteDraft } from '../../../src/domain/drafts.ts'
import { composeContent, warningOf } from '../../../src/domain/statuses/compose-content.ts'
import { draftNote } from '../../support/note-draft.ts'

const author = { uri: 'https://away.example/users/bob' }
const compose = (changes: Partial<NoteDraft>) => composeContent(draftNote(author, changes))
const rel = 'rel="nofollow noopener noreferrer" target="_blank"'

test('A Note is what it says, after its title; one that has nothing but a name says that', () => {
  expect(compose({ summary: 'w', link: 'https://b.example/' })).toBe('<p>Hello</p>')
  expect(compose({ name: 'Title' })).toBe('<p><strong>Title</strong></p><p>Hello</p>')
  expect(compose({ name: 'Hello' })).toBe('<p>Hello</p>')
  expect(compose({ name: 'Re: Title', inReplyTo: 'https://b.example/1' })).toBe('<p>Hello</p>')
  expect(compose({ contentHtml: '', name: '<b>&' })).toBe('<p>&#60;b&#62;&#38;</p>')
  expect(compose({ contentHtml: '' })).toBe('')
})

describe('a longer work', () => {
  const article: Partial<NoteDraft> = { type: 'Article', url: 'https://away.example/a', name: 'On "wrens"' }

  test('begins with its title, which leads to the original', () => {
    const title = `<p><strong><a href="https://away.example/a" ${rel}>On &#34;wrens&#34;</a></strong></p>`
    expect(compose(article)).toBe(`${title}<p>Hello</p>`)
    expect(compose({ ...article, contentHtml: 'Bare' })).toBe(`${title}<p>Bare</p>`)
  })

  test('without a title ends with its address', () => {
    expect(compose({ type: 'Article', url: 'https://away.example/a' })).toMatch(
      /^<p>Hello<\/p><p><a href="https:\/\/away\.example\/a"/,
    )
  })

  test('shows its summary where it has nothing else to say', () => {
    expect(compose({ ...article, contentHtml: '', summary: 'One & two' })).toContain('<p>One &amp; two</p>')
    expect(compose({ ...article, summary: 'An abstract' })).not.toContain('abstract')
  })

  test('has a warning only if it is sensitive', () => {
    const note = draftNote(author, { ...article, summary: 'Blood', contentHtml: '' })
    expect(warningOf(note)).toBe('')
    expect(warningOf({ ...note, sensitive: true })).toBe('Blood')
    expect(composeContent({ ...note, sensitive: true })).not.toContain('Blood')
  })

  test('says when and where it takes place, in the same words for everybody', () => {
    const event: Partial<NoteDraft> = {
      ...article,
      type: 'Event',
      startTime: new Date('2026-12-01T05:30:00Z'),
    }
    expect(compose({ ...event, location: 'A <b>' })).toContain(
      '<p>2026-12-01 05:30 UTC<br />A &#60;b&#62;</p>',
    )
    expect(compose({ ...event, endTime: new Date('2026-12-01T07:00:00Z') })).toContain(
      '<p>2026-12-01 05:30 UTC – 2026-12-01 07:00 UTC</p>',
    )
  })
})
