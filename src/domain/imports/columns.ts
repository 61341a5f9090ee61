import type { ImportKind } from './kinds.ts'
import { readKind } from './kinds.ts'

/** What a cell of a row is, in the order in which rows are kept. */
const columnsOf = {
  following: ['address', 'boosts', 'notify', 'languages'],
  followers: ['address'],
  blocks: ['address'],
  mutes: ['address', 'notifications'],
  domain_blocks: ['domain'],
  lists: ['list', 'address'],
  bookmarks: ['uri'],
} as const satisfies Readonly<Record<string, readonly string[]>>

type Column = (typeof columnsOf)[keyof typeof columnsOf][number]

/** Headings of Mastodon, GoToSocial, Hollo and Takahē, in lower case. */
const headings: Readonly<Record<string, Column>> = {
  'account address': 'address',
  handle: 'address',
  account: 'address',
  acct: 'address',
  'show boosts': 'boosts',
  'notify on new posts': 'notify',
  languages: 'languages',
  'hide notifications': 'notifications',
  '#domain': 'domain',
  domain: 'domain',
  'list name': 'list',
  list: 'list',
  '#uri': 'uri',
  uri: 'uri',
  iri: 'uri',
}

const headingOf: Readonly<Record<Column, string>> = {
  address: 'Account address',
  boosts: 'Show boosts',
  notify: 'Notify on new posts',
  languages: 'Languages',
  notifications: 'Hide notifications',
  domain: '#domain',
  list: 'List name',
  uri: '#uri',
}

/** The heading under which rows of a kind are given back. */
export function headerOf(kind: ImportKind): readonly string[] {
  return kind === 'filters' ? ['Filter'] : columnsOf[kind].map((column) => headingOf[column])
}

/** What the columns of a file are, if its first row says so; undefined when that is a row like the others. */
export function readHeader(cells: readonly string[]): readonly (Column | undefined)[] | undefined {
  const columns = cells.map((cell) => {
    const name = cell.trim().toLowerCase()
    return Object.hasOwn(headings, name) ? headings[name] : undefined
  })
  // A list may well be called `list`: then what stands beside it is somebody on it.
  return columns[0] !== undefined && cells.every((cell) => !cell.includes('@')) ? columns : undefined
}

/** The cells of a row in the order of its kind; those that are not there are empty. */
export function arrange(
  kind: Exclude<ImportKind, 'filters'>,
  cells: readonly string[],
  header: readonly (Column | undefined)[] | undefined,
): string[] {
  const wanted: readonly Column[] = columnsOf[kind]
  return wanted.map((column, index) => {
    const at = header === undefined ? index : header.indexOf(column)
    return bare(cells[at] ?? '')
  })
}

/** Without the mark that keeps a spreadsheet from taking a cell for a formula, as we write it ourselves. */
function bare(cell: string): string {
  return (/^'[=+\-@]/.test(cell) ? cell.slice(1) : cell).trim()
}

type Guess = ImportKind | 'followers' | undefined

/** What a file holds, by its heading, then by its name as Mastodon does it, then by its first row. */
export function guessKind(fileName: string, first: readonly string[]): Guess {
  return byHeader(readHeader(first)) ?? byName(fileName) ?? byRow(first)
}

function byHeader(header: readonly (Column | undefined)[] | undefined): Guess {
  const has = (column: Column) => header?.includes(column) === true
  if (has('boosts') || has('notify') || has('languages')) return 'following'
  if (has('notifications')) return 'mutes'
  if (has('list')) return 'lists'
  if (has('uri')) return 'bookmarks'
  return has('domain') ? 'domain_blocks' : undefined
}

const nameHints: readonly (readonly [RegExp, string])[] = [
  [/domain[_-]?blocks|blocked[_-]?domains/, 'domain_blocks'],
  [/followers/, 'followers'],
  [/follow/, 'following'],
  [/^mut|muted|mutes|muting/, 'mutes'],
  [/^block|blocked|blocks|blocking/, 'blocks'],
  [/bookmark/, 'bookmarks'],
  [/filter/, 'filters'],
  [/list/, 'lists'],
]

function byName(fileName: string): Guess {
  const name = fileName.toLowerCase()
  const hint = nameHints.find(([pattern]) => pattern.test(name))
  return hint && readKind(hint[1])
}

/** Whether accounts are to be followed or blocked cannot be seen from them. */
function byRow(first: readonly string[]): Guess {
  const [one = '', two = ''] = first
  if (/^https?:\/\/[^/]+\/.+/.test(one) && !/\/@[^/]+\/?$/.test(one)) return 'bookmarks'
  if (two.includes('@')) return 'lists'
  return /^[^\s@/]+\.[^\s@/]+$/.test(one) && first.length === 1 ? 'domain_blocks' : undefined
}
