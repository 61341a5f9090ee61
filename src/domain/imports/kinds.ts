import type { Scope } from '../auth/scopes.ts'

/** What a file may hold, with what an app must be allowed to bring it in. */
export const importKinds = {
  following: { title: 'Whom you follow', scope: 'write:follows' },
  blocks: { title: 'Accounts that you block', scope: 'write:blocks' },
  mutes: { title: 'Accounts that you mute', scope: 'write:mutes' },
  domain_blocks: { title: 'Domains that you block', scope: 'write:blocks' },
  lists: { title: 'Lists', scope: 'write:lists' },
  bookmarks: { title: 'Bookmarks', scope: 'write:bookmarks' },
  filters: { title: 'Filters', scope: 'write:filters' },
} as const satisfies Readonly<Record<string, { title: string; scope: Scope }>>

export type ImportKind = keyof typeof importKinds

export const importKindNames = Object.keys(importKinds) as ImportKind[]

/** The names of Mastodon and GoToSocial beside ours. */
const otherNames: Readonly<Record<string, ImportKind>> = {
  follows: 'following',
  blocking: 'blocks',
  muting: 'mutes',
  domain_blocking: 'domain_blocks',
  custom_filters: 'filters',
}

/** @returns undefined for anything that is none */
export function readKind(name: string): ImportKind | 'followers' | undefined {
  const kind = otherNames[name] ?? name
  return kind === 'followers' || Object.hasOwn(importKinds, kind) ? (kind as ImportKind) : undefined
}

/** 20 MiB as Mastodon; a row is what a person could have written. */
export const importLimits = {
  fileBytes: 20 * 1024 * 1024,
  rows: 100_000,
  lineBytes: 16 * 1024,
  filtersBytes: 1024 * 1024,
  filters: 100,
  /** At the same time, of one member. */
  unfinished: 3,
  /** Remembered for one member. */
  kept: 20,
} as const
