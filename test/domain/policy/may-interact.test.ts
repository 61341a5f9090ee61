import { describe, expect, test } from 'vitest'
import type { InteractionPolicy } from '../../../src/db/json.ts'
import { mayInteract, type Interaction } from '../../../src/domain/policy/may-interact.ts'

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
const author = {
  id: '1',
  uri: 'https://gts.test/users/gil',
  followersUrl: 'https://gts.test/users/gil/followers',
  followingUrl: null,
}
const bob = { id: '2', uri: null }
const bobUri = 'https://ours.test/users/bob'
const kinds: Interaction[] = ['like', 'reply', 'announce', 'quote']

const statusWith = (interactionPolicy: InteractionPolicy | null, mentioned: string[] = []) => ({
  actorId: author.id,
  interactionPolicy,
  mentions: mentioned.map((actorId) => ({ actorId, username: 'x', domain: null, uri: null, url: null })),
})
const only = (automatic: string[], manual: string[] = []): InteractionPolicy => {
  const permission = { automatic, manual }
  return { canLike: permission, canReply: permission, canAnnounce: permission, canQuote: permission }
}
const ask = (policy: InteractionPolicy | null, kind: Interaction, standing = {}) =>
  mayInteract(statusWith(policy), author, bob, kind, { actorUri: bobUri, ...standing })

describe('without a word from the author', () => {
  test.each([null, {}])('everything is allowed but to quote', (policy) => {
    expect(kinds.map((kind) => ask(policy, kind))).toEqual([
      'automatic',
      'automatic',
      'automatic',
      'forbidden',
    ])
  })

  test('what a policy leaves out is allowed, what it says is not', () => {
    const policy: InteractionPolicy = { canReply: { automatic: [author.uri], manual: [] } }
    expect(kinds.map((kind) => ask(policy, kind))).toEqual([
      'automatic',
      'forbidden',
      'automatic',
      'forbidden',
    ])
  })
})

describe.each(kinds)('to %s', (kind) => {
  test('is for everybody where the public is listed', () => {
    expect(ask(only([PUBLIC]), kind)).toBe('automatic')
    expect(ask(only([], [PUBLIC]), kind)).toBe('manual')
  })

  test('is for nobody else where nobody or only the author is listed', () => {
    for (const policy of [only([]), only([author.uri]), only(['https://gts.test/users/gina'])])
      expect(ask(policy, kind)).toBe('forbidden')
  })

  test('is for those who are listed by name', () => {
    expect(ask(only([bobUri]), kind)).toBe('automatic')
    expect(ask(only([author.uri], [bobUri]), kind)).toBe('manual')
  })

  test('is for followers, unless it is known that one does not follow', () => {
    const policy = only([author.followersUrl], [PUBLIC])
    expect(ask(policy, kind)).toBe('automatic')
    expect(ask(policy, kind, { followsAuthor: true })).toBe('automatic')
    expect(ask(policy, kind, { followsAuthor: false })).toBe('manual')
    expect(ask(only([author.followersUrl]), kind, { followsAuthor: false })).toBe('forbidden')
    expect(ask(only(['https://evil.test/users/gil/followers']), kind)).toBe('forbidden')
  })

  test('is for those whom the author follows, also where the address of that list was never told', () => {
    const policy = only(['https://gts.test/users/gil/following'])
    expect(ask(policy, kind)).toBe('automatic')
    expect(ask(policy, kind, { isFollowedByAuthor: false })).toBe('forbidden')
    expect(ask(only(['https://evil.test/users/gil/following']), kind)).toBe('forbidden')
  })

  test('is always for the author', () => {
    expect(mayInteract(statusWith(only([])), author, author, kind)).toBe('automatic')
  })
})

test('Whoever is named may answer, and nothing else', () => {
  const status = statusWith(only([]), [bob.id])
  expect(kinds.map((kind) => mayInteract(status, author, bob, kind))).toEqual([
    'forbidden',
    'automatic',
    'forbidden',
    'forbidden',
  ])
})
