import { createPrivateKey, createPublicKey, hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bookmarkStatus } from '../../../src/domain/bookmarks/bookmark-status.ts'
import { blockDomainFor } from '../../../src/domain/domain-blocks/block-domain-for.ts'
import { pinPost } from '../../../src/domain/featured/pin-post.ts'
import { createFilter } from '../../../src/domain/filters/keep-filter.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { boostStatus } from '../../../src/domain/interactions/boost-status.ts'
import { changeKit, createKit } from '../../../src/domain/kits/create-kit.ts'
import { describeKit } from '../../../src/domain/kits/describe-kit.ts'
import { kitItems } from '../../../src/domain/kits/kit-items.ts'
import type { PartKind } from '../../../src/domain/kits/kit-format.ts'
import { deriveClaim, digestClaim } from '../../../src/domain/kits/passphrase.ts'
import { writeCopy } from '../../../src/domain/kits/write-copy.ts'
import { addToList } from '../../../src/domain/lists/list-members.ts'
import { createList } from '../../../src/domain/lists/keep-list.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { muteActor } from '../../../src/domain/mutes/mute-actor.ts'
import { noteActor } from '../../../src/domain/notes/note-actor.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveNote } from '../../../src/domain/statuses/receive-note.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { listAuditEntries } from '../../../src/store/audit-log.ts'
import { findRemoteStatus, type Status } from '../../../src/store/statuses.ts'
import { createTestContext, silentWorld, testOrigin } from '../../support/context.ts'
import { draftNote } from '../../support/note-draft.ts'
import { openKit } from '../../support/open-kit.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'
import { createUpload } from '../../support/uploads.ts'
import { use } from '../../support/use.ts'

const passphrase = 'a phrase that nobody guesses'
const alicesUri = `${testOrigin}/users/alice`
const fileBytes = Buffer.alloc(1_300_000, 'a picture ')

let posts: Record<'public' | 'unlisted' | 'private' | 'direct' | 'answer' | 'poll' | 'boost', Status>
let foreign: Status
let fileUrl: string

const world = await use(createTestContext())
// Whoever is asked for says what we know of them.
const refreshActor = async (uri: string) => (uri === standby.uri ? standby : 'missing')
const resolveHandle = async (): Promise<Actor> => standby
const ctx = { ...world.ctx, remote: { ...silentWorld, refreshActor, resolveHandle } }
const alice = await createMember(ctx, 'alice')
const bert = await createMember(ctx, 'bert')
const standby = await createStranger(ctx, 'alice', { domain: 'haven.example', alsoKnownAs: [alicesUri] })
const friend = await createStranger(ctx, 'friend')
await liveALittle()

async function liveALittle(): Promise<void> {
  await followActor(ctx, alice, friend)
  await followActor(ctx, alice, bert)
  await followActor(ctx, bert, alice)
  await receiveFollow(ctx, { follower: friend, target: alice, activityUri: `${friend.uri}/f` })
  await ctx.db.updateTable('hosts').set({ software: 'mastodon' }).where('host', '=', 'away.example').execute()
  const list = await createList(ctx, alice, { title: 'Close' })
  await addToList(ctx, alice, list.id, [bert.id])
  await blockActor(ctx, alice, await createStranger(ctx, 'rude'))
  await muteActor(ctx, alice, await createStranger(ctx, 'loud'), { hidesNotifications: true, seconds: 0 })
  await blockDomainFor(ctx, alice, 'spam.example')
  await noteActor(ctx, alice, friend, 'met at sea')
  await createFilter(ctx, alice, {
    title: 'No spoilers',
    contexts: ['home'],
    keywords: [{ keyword: 'butler', wholeWord: true }],
  })
  const note = draftNote(friend)
  await receiveNote(ctx, { note, author: friend, recipientId: null, wanted: true })
  foreign = (await findRemoteStatus(ctx.db, note.id))!
  await bookmarkStatus(ctx, alice, foreign.id)
  const upload = await createUpload(ctx, alice, { description: 'The sea' })
  const path = join(ctx.config.dataDir, 'picture')
  await writeFile(path, fileBytes)
  await ctx.storage.put(upload.key!, path, 'image/webp')
  fileUrl = `${testOrigin}/media/${upload.key}`
  const say = (text: string, visibility: Status['visibility'], more: object = {}) =>
    createPost(ctx, alice, { text, visibility, ...more })
  const first = await say('First', 'public', { mediaIds: [upload.id] })
  posts = {
    public: first,
    unlisted: await say('Quietly', 'unlisted', { summary: 'Careful' }),
    private: await say('Among us', 'private'),
    direct: await say('@bert Only you', 'direct'),
    answer: await say('And then', 'public', { inReplyToId: first.id }),
    poll: await say('Which?', 'public', {
      poll: { options: ['This', 'That'], multiple: false, endsInSeconds: 3600 },
    }),
    boost: await boostStatus(ctx, alice, foreign.id),
  }
  await pinPost(ctx, alice, first.id)
}

async function copy(): Promise<string> {
  const lines = []
  for await (const line of writeCopy(ctx, alice.id)) lines.push(line)
  return lines.join('')
}

const choices = { withKey: false, withMedia: false }
const kindsOf = (text: string, phrase = passphrase) =>
  openKit(text, phrase).then(({ items }) => Object.keys(items))

describe('A recovery kit', () => {
  test("holds everything that is somebody's own, for whoever knows the passphrase", async () => {
    await createKit(ctx, alice, passphrase, { ...choices, standby: '@alice@haven.example' })
    const text = await copy()
    const { owner, items, counts } = await openKit(text, passphrase)
    expect(owner).toMatchObject({ account: '@alice@home.example', actor: alicesUri })
    for (const [kind, found] of Object.entries(items))
      for (const item of found) expect(kitItems[kind as PartKind].parse(item)).toEqual(item)
    const berts = { actor: `${testOrigin}/users/bert`, handle: 'bert@home.example' }
    const friends = { actor: friend.uri, handle: 'friend@away.example' }
    expect(items['profile']).toMatchObject([
      { actor: alicesUri, standby: standby.uri, display_name: 'alice' },
    ])
    expect(JSON.parse(items['profile']![0].document)).toMatchObject({ id: alicesUri, publicKey: {} })
    const choice = { shows_boosts: true, notifies: false, languages: null }
    expect(items['follows']).toEqual([
      { ...friends, ...choice, state: 'pending' },
      { ...berts, ...choice, state: 'accepted' },
    ])
    expect(items['followers']).toEqual([
      {
        ...{ ...berts, inbox: `${berts.actor}/inbox` },
        ...{ shared_inbox: `${testOrigin}/inbox`, software: 'holdfast' },
      },
      {
        ...{ ...friends, inbox: `${friend.uri}/inbox` },
        ...{ shared_inbox: 'https://away.example/inbox', software: 'mastodon' },
      },
    ])
    const close = { title: 'Close', replies_policy: 'list', exclusive: false }
    expect(items['lists']).toEqual([{ list: 0, ...close, members: [berts] }])
    expect(items['blocks']).toMatchObject([{ handle: 'rude@away.example' }])
    expect(items['mutes']).toMatchObject([
      { handle: 'loud@away.example', hides_notifications: true, expires_at: null },
    ])
    expect(items['domain_blocks']).toEqual([{ domain: 'spam.example' }])
    expect(items['notes']).toEqual([{ ...friends, comment: 'met at sea' }])
    expect(items['filters']).toMatchObject([{ keywords: [{ keyword: 'butler', whole_word: true }] }])
    expect(items['bookmarks']).toEqual([{ uri: foreign.uri }])
    expect(items['key']).toBeUndefined()
    expect(counts).toMatchObject({ posts: 7, media: 1, followers: 2, letters: 3 })
  })

  test('holds posts of every visibility as they are sent, with what they show', async () => {
    const { items } = await openKit(await copy(), passphrase)
    const told = items['posts']!.map(({ visibility, pinned, activity: { type, object } }) => ({
      ...{ visibility, pinned, type },
      text: typeof object === 'string' ? object : object.source.content,
    }))
    expect(told).toEqual([
      { visibility: 'public', pinned: true, type: 'Create', text: 'First' },
      { visibility: 'unlisted', pinned: false, type: 'Create', text: 'Quietly' },
      { visibility: 'private', pinned: false, type: 'Create', text: 'Among us' },
      { visibility: 'direct', pinned: false, type: 'Create', text: '@bert Only you' },
      { visibility: 'public', pinned: false, type: 'Create', text: 'And then' },
      { visibility: 'public', pinned: false, type: 'Create', text: 'Which?' },
      { visibility: 'public', pinned: false, type: 'Announce', text: foreign.uri },
    ])
    const [first, , , , answer, poll] = items['posts']!
    expect(first.activity.object.attachment).toMatchObject([{ url: fileUrl, name: 'The sea' }])
    expect(answer.activity.object.inReplyTo).toBe(`${alicesUri}/statuses/${posts.public.id}`)
    expect(poll.activity.object.oneOf.map(({ name }: { name: string }) => name)).toEqual(['This', 'That'])
    expect(items['media']).toEqual([
      {
        ...{ url: fileUrl, media_type: 'image/webp', description: 'The sea', size: fileBytes.length },
        digest: hash('sha256', fileBytes, 'base64url'),
      },
    ])
  })

  test('holds the files on request, in pieces that make the file again', async () => {
    await changeKit(ctx, alice, { ...choices, withMedia: true })
    const { items } = await openKit(await copy(), passphrase)
    const pieces = items['media']!
    expect(pieces.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 14 }, (_, index) => index * 96_000),
    )
    expect(Buffer.from(pieces.map(({ bytes }) => bytes).join(''), 'base64')).toEqual(fileBytes)
    expect(items['letters']).toBeUndefined()
    expect((await describeKit(ctx, alice))?.facts).toMatchObject({ media: 1, posts: 7 })
  })

  test('holds the private keys only when that was asked for', async () => {
    await createKit(ctx, alice, passphrase, { ...choices, withKey: true })
    const { items } = await openKit(await copy(), passphrase)
    const published = JSON.parse(items['profile']![0].document)
    const [rsa, ed25519] = ['rsa', 'ed25519'].map((kind) => items['key']!.find((key) => key.kind === kind))
    expect(items['key']).toHaveLength(2)
    expect(rsa).toMatchObject({ actor: alicesUri, key_id: published.publicKey.id })
    expect(publicHalf(rsa.private_key)).toBe(published.publicKey.publicKeyPem)
    expect(ed25519.public_key).toBe(published.assertionMethod[0].publicKeyMultibase)
    await changeKit(ctx, alice, choices)
    expect(await kindsOf(await copy())).not.toContain('key')
  })

  test('is replaced by another, and the copies of the first keep opening', async () => {
    await createKit(ctx, alice, passphrase, choices)
    const old = await copy()
    await createKit(ctx, alice, 'another phrase altogether', choices)
    const renewed = await copy()
    expect(await kindsOf(old)).toContain('posts')
    expect(await kindsOf(renewed, 'another phrase altogether')).toContain('posts')
    await expect(openKit(renewed, passphrase)).rejects.toThrow()
  })

  test('leaves of its passphrase only what a locker compares', async () => {
    await createKit(ctx, alice, passphrase, choices)
    const row = await ctx.db
      .selectFrom('recoveryKits')
      .selectAll()
      .where('accountId', '=', alice.id)
      .executeTakeFirstOrThrow()
    expect(row.claimDigest).toEqual(digestClaim(await deriveClaim(passphrase, alicesUri)))
    const jobs = await listJobs(ctx.db)
    const entries = await listAuditEntries(ctx.db, alice.id, 100)
    expect(JSON.stringify([row, jobs, entries])).not.toContain(passphrase)
    expect(jobs.filter(({ name }) => name === 'kit.refresh').at(-1)?.data).toEqual({
      ...{ accountId: alice.id, destinationId: null, attempt: 0 },
    })
    expect(entries.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['kit.made', 'kit.changed', 'kit.keyed']),
    )
    expect(jobs.some(({ name, data }) => name === 'mail.send' && (data as any).kind === 'kit.keyed')).toBe(
      true,
    )
  })

  test.each([
    ['a short passphrase', 'too short', undefined, 'invalid'],
    ['somebody here', passphrase, 'bert', 'invalid'],
  ] as const)('is not made with %s', async (_what, phrase, name, code) => {
    await expect(createKit(ctx, alice, phrase, { ...choices, standby: name })).rejects.toMatchObject({ code })
  })

  test('is not made for a standby that does not agree', async () => {
    const other = { ...standby, alsoKnownAs: [] }
    const elsewhere = { ...ctx, remote: { ...ctx.remote, refreshActor: async () => other } }
    const asked = createKit(elsewhere, alice, passphrase, { ...choices, standby: '@alice@haven.example' })
    await expect(asked).rejects.toMatchObject({
      code: 'invalid',
      message: `@alice@haven.example does not name ${alicesUri} as an alias: add that there first, then try again.`,
    })
  })

  test('says what would be missing since the last copy', async () => {
    await createKit(ctx, alice, passphrase, choices)
    expect(await describeKit(ctx, alice)).toMatchObject({
      refreshedAt: null,
      missing: { followers: 2, posts: 7 },
    })
    await copy()
    const newcomer = await createStranger(ctx, 'newcomer')
    await receiveFollow(ctx, { follower: newcomer, target: alice, activityUri: `${newcomer.uri}/f` })
    await createPost(ctx, alice, { text: 'News', visibility: 'public' })
    expect(await describeKit(ctx, alice)).toMatchObject({ missing: { followers: 1, follows: 0, posts: 1 } })
    expect(await describeKit(ctx, bert)).toBeUndefined()
  })
})

function publicHalf(pkcs8: string): string {
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
}
