import { expect, test } from 'vitest'
import {
  actorUri,
  actorUrl,
  followersUri,
  followUri,
  handleOf,
  instanceUsername,
  keyUri,
  localFollowId,
  localStatusId,
  localUsername,
  statusUri,
  statusUrl,
} from '../../../src/domain/accounts/addresses.ts'

const home = { origin: 'https://social.home.example', handleDomain: 'home.example' }
const alice = { type: 'Person', username: 'Alice', domain: null, uri: null, url: null }
const instance = { ...alice, type: 'Application', username: instanceUsername }
const stranger = {
  type: 'Person',
  username: 'bob',
  domain: 'away.example',
  uri: 'https://away.example/users/bob',
  url: null,
}
const post = { id: '113500000000000001', uri: null, url: null }

test('The addresses of our own people are composed from the origin', () => {
  expect(actorUri(home, alice)).toBe('https://social.home.example/users/Alice')
  expect(actorUrl(home, alice)).toBe('https://social.home.example/@Alice')
  expect(handleOf(home, alice)).toBe('Alice@home.example')
  expect(followersUri(home, alice)).toBe('https://social.home.example/users/Alice/followers')
  expect(keyUri(home, alice, 'main-key')).toBe('https://social.home.example/users/Alice#main-key')
})

test("The instance's own actor lives at a path of its own and is named after the domain", () => {
  expect(actorUri(home, instance)).toBe('https://social.home.example/actor')
  expect(actorUrl(home, instance)).toBe('https://social.home.example')
  expect(handleOf(home, instance)).toBe('home.example@home.example')
})

test('The addresses of others are what they said', () => {
  expect(actorUri(home, stranger)).toBe(stranger.uri)
  expect(actorUrl(home, stranger)).toBe(stranger.uri)
  expect(actorUrl(home, { ...stranger, url: 'https://away.example/@bob' })).toBe('https://away.example/@bob')
  expect(handleOf(home, stranger)).toBe('bob@away.example')
  const status = { id: '1', uri: 'https://away.example/s/1', url: 'https://away.example/@bob/1' }
  expect(statusUri(home, status, stranger)).toBe(status.uri)
  expect(statusUrl(home, status, stranger)).toBe(status.url)
})

test('A composed address leads back to what it was composed from', () => {
  expect(localUsername(home, actorUri(home, alice))).toBe('Alice')
  expect(localUsername(home, actorUri(home, instance))).toBe(instanceUsername)
  expect(localStatusId(home, statusUri(home, post, alice))).toBe(post.id)
  expect(localFollowId(home, followUri(home, alice, '42'))).toBe('42')
})

test.each([
  'https://social.home.example/users/',
  'https://social.home.example/users/alice/',
  'https://social.home.example/users/alice/followers',
  'https://social.home.example/users/alice?x=1',
  'https://social.home.example/users/al%69ce',
  `https://social.home.example/users/${'a'.repeat(31)}`,
  'https://social.home.example/users/instance.actor',
  'https://social.home.example.evil.example/users/alice',
  'https://social.home.example@evil.example/users/alice',
  'http://social.home.example/users/alice',
  'https://away.example/users/alice',
  '',
])('%j is the id of none of our actors', (uri) => {
  expect(localUsername(home, uri)).toBeUndefined()
})

test.each([
  'https://social.home.example/users/alice/statuses/',
  'https://social.home.example/users/alice/statuses/0',
  'https://social.home.example/users/alice/statuses/01',
  'https://social.home.example/users/alice/statuses/9223372036854775808',
  'https://social.home.example/users/alice/statuses/1/activity',
  'https://social.home.example/users/a/b/statuses/1',
  'https://away.example/users/alice/statuses/1',
])('%j is the id of none of our posts', (uri) => {
  expect(localStatusId(home, uri)).toBeUndefined()
})

test.each([
  'https://social.home.example/users/alice#follows/9223372036854775808',
  'https://social.home.example/users/alice#follows/',
  'https://social.home.example.evil.example/users/alice#follows/1',
  'https://away.example/users/alice#follows/1',
])('%j is the id of no Follow of ours', (uri) => {
  expect(localFollowId(home, uri)).toBeUndefined()
})
