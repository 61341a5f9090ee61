import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFile } from '../../../src/domain/imports/read-file.ts'

const home = { origin: 'https://home.example', handleDomain: 'home.example' }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-csv-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function read(name: string, content: string | Buffer, kind?: string) {
  const path = join(directory, 'file')
  await writeFile(path, content)
  const { kind: found, rows } = await openFile({ path, name }, kind, home)
  const all = []
  for await (const row of rows()) all.push(row)
  return { kind: found, rows: all }
}

const subjects = async (name: string, content: string | Buffer, kind?: string) => {
  const found = await read(name, content, kind)
  return [found.kind, found.rows.map(({ subject, problem }) => problem ?? subject)]
}

const people = ['bob@away.example', 'eve@b.example']

/** Files as these write them. */
const formats: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  [
    'Mastodon',
    'following_accounts.csv',
    'Account address,Show boosts,Notify on new posts,Languages\nbob@away.example,true,false,\neve@b.example,false,true,"de, en"\n',
    'following',
    people,
  ],
  ['Mastodon', 'blocked_accounts.csv', 'bob@away.example\neve@b.example\n', 'blocks', people],
  [
    'Mastodon',
    'muted_accounts.csv',
    'Account address,Hide notifications\nbob@away.example,true\neve@b.example,false\n',
    'mutes',
    people,
  ],
  [
    'Mastodon',
    'blocked_domains.csv',
    'bad.example\nWorse.Example\n',
    'domain_blocks',
    ['bad.example', 'worse.example'],
  ],
  ['Mastodon admin', 'x.csv', '#domain,#severity\nbad.example,suspend\n', 'domain_blocks', ['bad.example']],
  ['Mastodon', 'lists.csv', 'Friends,bob@away.example\n"Sea, salt",eve@b.example\n', 'lists', people],
  [
    'Mastodon',
    'bookmarks.csv',
    'https://away.example/users/bob/statuses/1\nhttps://b.example/objects/2\n',
    'bookmarks',
    ['https://away.example/users/bob/statuses/1', 'https://b.example/objects/2'],
  ],
  [
    'GoToSocial',
    'following.csv',
    'Account address,Show boosts,Notify on new posts,Languages\nbob@away.example,true,false,\neve@b.example,true,false,\n',
    'following',
    people,
  ],
  [
    'GoToSocial',
    'mutes.csv',
    'Account address,Hide notifications\nbob@away.example,true\neve@b.example,true\n',
    'mutes',
    people,
  ],
  ['GoToSocial', 'blocks.csv', 'bob@away.example\neve@b.example\n', 'blocks', people],
  ['Misskey', 'following-2026-01-01-00-00-00.csv', 'bob@away.example\neve@b.example\n', 'following', people],
  ['Misskey', 'mute-2026-01-01-00-00-00.csv', 'bob@away.example\neve@b.example', 'mutes', people],
  ['Misskey', 'blocking-2026-01-01-00-00-00.csv', 'bob@away.example\neve@b.example\n', 'blocks', people],
  [
    'Misskey',
    'user-lists-2026-01-01-00-00-00.csv',
    'list,bob@away.example\nlist,eve@b.example\n',
    'lists',
    people,
  ],
  ['Akkoma', 'follows.csv', '@bob@away.example\r\n@eve@b.example\r\n', 'following', people],
  ['Hollo', 'blocked_accounts.csv', 'handle\n@bob@away.example\n@eve@b.example\n', 'blocks', people],
  ['Hollo', 'lists.csv', 'list,handle\nFriends,@bob@away.example\nFriends,@eve@b.example\n', 'lists', people],
  [
    'Hollo',
    'bookmarks.csv',
    'iri\nhttps://b.example/objects/2\n',
    'bookmarks',
    ['https://b.example/objects/2'],
  ],
  ['Takahē', 'blocked_accounts.csv', 'Account address\nbob@away.example\neve@b.example\n', 'blocks', people],
  [
    'Takahē',
    'following.csv',
    'Account address,Show boosts,Notify on new posts,Languages\nbob@away.example,true,false,\neve@b.example,true,false,\n',
    'following',
    people,
  ],
  ['Mitra', 'follows.csv', 'bob@away.example\neve@b.example\n', 'following', people],
  [
    'snac2',
    'following_accounts.csv',
    'Account address,Show boosts,Notify on new posts,Languages\nbob@away.example,true,false,\neve@b.example,false,false,\n',
    'following',
    people,
  ],
  ['snac2', 'muted_accounts.csv', 'bob@away.example\neve@b.example\n', 'mutes', people],
  ['Iceshrimp', 'following.csv', 'bob@away.example\n\neve@b.example\n', 'following', people],
]

describe('Files of other servers', () => {
  test.each(formats)('%s: %s', async (_software, name, content, kind, expected) => {
    expect(await subjects(name, content)).toEqual([kind, expected])
  })

  test.each(formats)('%s: %s, from Windows', async (_software, name, content, kind, expected) => {
    const windows = `\uFEFF${content.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')}`
    expect(await subjects(name, windows)).toEqual([kind, expected])
  })

  test('keep what a row says beside the name, whatever the order of the columns', async () => {
    const text = 'Languages,Account address,Show boosts\n"de, en",@Bob@Away.Example,false\n'
    const { rows } = await read('follows.csv', text)
    expect(rows.map(({ data }) => JSON.parse(data))).toEqual([['@Bob@Away.Example', 'false', '', 'de, en']])
  })

  test('name people as people write them', async () => {
    const ways = [
      ...['acct:bob@away.example', 'https://away.example/@bob', 'https://away.example/users/bob/'],
      ...['BOB@AWAY.EXAMPLE', '"bob@away.example"', 'bob@Bücher.example', 'anna@home.example'],
    ]
    expect(await subjects('', ways.join('\n'), 'following')).toEqual([
      'following',
      [
        ...Array.from({ length: 5 }, () => 'bob@away.example'),
        ...['bob@xn--bcher-kva.example', 'anna@home.example'],
      ],
    ])
    const { rows } = await read('', 'anna@home.example\nbob@away.example', 'following')
    expect(rows.map(({ host }) => host)).toEqual(['', 'away.example'])
  })

  test('say of each row that cannot be read why not', async () => {
    const text = 'bob@away.example\nbob\n@\nbob@away/../x\n=1+1@x y\nnot a handle at all\n'
    const no = 'This is no address like name@domain.'
    expect(await subjects('', text, 'blocks')).toEqual(['blocks', ['bob@away.example', no, no, no, no, no]])
    expect(await subjects('', 'bad.example\na b\nhttps://ok.example/\n', 'domain_blocks')).toEqual([
      'domain_blocks',
      ['bad.example', 'This is no domain.', 'ok.example'],
    ])
    expect(await subjects('', 'javascript:alert(1)\nhttps://b.example/1\n', 'bookmarks')).toEqual([
      'bookmarks',
      ['This is no address of a post.', 'https://b.example/1'],
    ])
  })

  test('of filters are JSON', async () => {
    const good = {
      title: 'Sea',
      context: ['home'],
      action: 'hide',
      keywords_attributes: [{ keyword: 'salt' }],
    }
    const file = JSON.stringify({ custom_filters: [good, { ...good, context: ['nowhere'] }] })
    expect(await subjects('custom_filters.json', file)).toEqual([
      'filters',
      ['Sea', 'It is no filter: context.0 cannot be read.'],
    ])
    await expect(read('custom_filters.json', '{"custom_filters": 1}')).rejects.toThrow(
      'no custom_filters.json',
    )
    await expect(read('x.json', '{not json')).rejects.toThrow('no custom_filters.json')
  })
})

describe('Files that are refused as a whole', () => {
  test.each([
    ['without what they hold', 'x.csv', 'bob@away.example\n', 'say what it is'],
    [
      'with followers',
      'followers.csv',
      'Account address\nbob@away.example\n',
      'Nobody can be made to follow you',
    ],
    ['that are empty', 'follows.csv', '', 'empty'],
    ['of empty lines', 'follows.csv', '\n\n\n', 'no rows'],
    ['with a NUL', 'follows.csv', `${'a@b.example\n'.repeat(1000)}a\0@b.example\n`, 'not text'],
    ['with a NUL at the start', 'follows.csv', 'a\0@b.example\n', 'not text'],
    ['with a line of 10 MB', 'follows.csv', `a@b.example\n${'x'.repeat(10_000_000)}`, '16 KiB'],
    ['with a million columns', 'follows.csv', `a@b.example\n${'a,'.repeat(1_000_000)}\n`, '16 KiB'],
    ['with a quote that is never closed', 'follows.csv', 'a@b.example\n"open', 'quote'],
    ['with too many rows', 'follows.csv', 'a@b.example\n'.repeat(100_001), '100,000 rows'],
    ['that are no UTF-8', 'follows.csv', Buffer.from('a@b.example\nb\xfc@b.example\n', 'latin1'), 'UTF-8'],
    ['in UTF-16', 'follows.csv', Buffer.from('\uFEFFa@b.example\n', 'utf16le'), 'not text'],
    ['that are archives', 'follows.csv', Buffer.from('PK\x03\x04\0\0'), 'not text'],
    ['of more than 20 MiB', 'follows.csv', Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), '20 MiB'],
  ])('%s', async (_what, name, content, problem) => {
    await expect(read(name, content)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(problem),
    })
  })

  test('unless they have just as many rows as may be', async () => {
    const { rows } = await read('follows.csv', `Account address\n${'a@b.example\n'.repeat(100_000)}`)
    expect(rows).toHaveLength(100_000)
  })
})
