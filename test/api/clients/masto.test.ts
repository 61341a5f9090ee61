import { createOAuthAPIClient, createRestAPIClient, type mastodon } from 'masto'
import * as masto7 from 'masto7'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { until } from '../../support/until.ts'
import { logIn, openNeighbourhood, type LoggedIn, type Neighbourhood } from './neighbourhood.ts'

type Library = {
  readonly createRestAPIClient: typeof createRestAPIClient
  readonly createOAuthAPIClient: typeof createOAuthAPIClient
}

/** Phanpy runs the one, Elk the other. What they have in common is typed alike. */
const libraries: readonly [string, Library][] = [
  ['masto.js 8', { createRestAPIClient, createOAuthAPIClient }],
  ['masto.js 7', masto7 as unknown as Library],
]

describe.each(libraries)('A day with %s', (_name, library) => {
  let place: Neighbourhood
  let login: LoggedIn
  let alice: mastodon.rest.Client
  let bobId: string
  let carolId: string

  beforeAll(async () => {
    place = await openNeighbourhood()
    login = await logIn(place)
    alice = library.createRestAPIClient({ url: place.server.origin, accessToken: login.token })
    bobId = place.bob.actor.id
    carolId = place.carol.actor.id
  })
  afterAll(() => place?.[Symbol.asyncDispose]())

  const post = (status: string, more: object = {}) => alice.v1.statuses.create({ status, ...more })
  const bobPosts = (status: string, more: object = {}): Promise<{ id: string }> =>
    place.bob.post('/api/v1/statuses', { status, ...more })

  test('begins with what the place is and what the member prefers', async () => {
    const { origin } = place.server
    expect(await alice.v1.accounts.verifyCredentials()).toMatchObject({
      username: 'alice',
      source: { privacy: 'public' },
    })
    expect((await alice.v2.instance.fetch()).domain).toBe(new URL(origin).host)
    expect((await alice.v1.instance.fetch()).uri).toBe(new URL(origin).host)
    expect(await alice.v1.instance.peers.list()).toEqual([])
    expect(Array.isArray(await alice.v1.instance.activity.list())).toBe(true)
    // They are for nobody to see unless an operator says so.
    await expect(alice.v1.instance.domainBlocks.fetch()).rejects.toMatchObject({ statusCode: 404 })
    expect(await alice.v1.instance.extendedDescription.fetch()).toHaveProperty('content')
    expect(await alice.v1.preferences.fetch()).toMatchObject({ 'posting:default:visibility': 'public' })
    expect(await alice.v1.customEmojis.list()).toEqual([])
    expect(await alice.v1.announcements.list()).toEqual([])
    expect(await alice.v1.timelines.home.list()).toEqual([])
  })

  test('follows people and reads on at home, page by page', async () => {
    for (const id of [bobId, carolId])
      expect(await alice.v1.accounts.$select(id).follow()).toMatchObject({ following: true })
    expect(await alice.v1.accounts.$select(bobId).follow({ notify: true, reblogs: false })).toMatchObject({
      notifying: true,
      showingReblogs: false,
    })
    expect(await alice.v1.accounts.relationships.fetch({ id: [bobId, carolId] })).toMatchObject([
      { id: bobId, following: true },
      { id: carolId, following: true },
    ])
    const written: string[] = []
    for (const text of ['one', 'two', 'three', 'four', 'five']) written.unshift((await bobPosts(text)).id)
    const read: string[] = []
    for await (const page of alice.v1.timelines.home.list({ limit: 2 }))
      read.push(...page.map(({ id }) => id))
    expect(read).toEqual(written)
    const newer = await alice.v1.timelines.home.list({ minId: written[4]!, limit: 2 })
    expect(newer.map(({ id }) => id)).toEqual([written[2], written[3]])
    const marked = await alice.v1.markers.create({ home: { lastReadId: written[0]! } })
    expect(marked.home.lastReadId).toBe(written[0])
    expect(await alice.v1.markers.fetch({ timeline: ['home'] })).toMatchObject({
      home: { lastReadId: written[0] },
    })
    for (const timeline of [alice.v1.timelines.public, alice.v1.timelines.public])
      expect((await timeline.list({ local: true })).length).toBe(5)
  })

  test('writes, answers, edits and takes back', async () => {
    const first = await post('Good #tea this morning', { spoilerText: 'breakfast', language: 'en' })
    expect(first).toMatchObject({ spoilerText: 'breakfast', language: 'en', tags: [{ name: 'tea' }] })
    const answer = await post('Indeed', { inReplyToId: first.id, visibility: 'unlisted' })
    const chosen = alice.v1.statuses.$select(first.id)
    expect((await chosen.context.fetch()).descendants.map(({ id }) => id)).toEqual([answer.id])
    expect((await alice.v1.statuses.$select(answer.id).context.fetch()).ancestors[0]?.id).toBe(first.id)
    expect(await chosen.source.fetch()).toMatchObject({ text: 'Good #tea this morning' })
    const edited = await chosen.update({ status: 'Better #tea this morning' })
    expect(edited.content).toContain('Better')
    expect((await chosen.history.list()).length).toBe(2)
    expect((await alice.v1.statuses.fetch({ id: [first.id, answer.id] })).length).toBe(2)
    expect((await alice.v1.timelines.tag.$select('tea').list()).map(({ id }) => id)).toEqual([first.id])
    for (const verb of ['pin', 'unpin'] as const) expect((await chosen[verb]()).pinned).toBe(verb === 'pin')
    for (const verb of ['mute', 'unmute'] as const) expect((await chosen[verb]()).muted).toBe(verb === 'mute')
    expect(await alice.v1.statuses.$select(answer.id).remove()).toMatchObject({ text: 'Indeed' })
    await expect(alice.v1.statuses.$select(answer.id).fetch()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('asks in a poll, and votes in another', async () => {
    const poll = { options: ['yes', 'no'], expiresIn: 3600, multiple: false }
    const asked = await post('Tea?', { poll })
    expect(asked.poll?.options.map(({ title }) => title)).toEqual(['yes', 'no'])
    const theirs = await place.bob.post('/api/v1/statuses', {
      status: 'Cake?',
      poll: { options: ['a', 'b', 'c'], expires_in: 3600, multiple: true },
    })
    const voted = await alice.v1.polls.$select(theirs.poll.id).votes.create({ choices: [0, 2] })
    expect(voted).toMatchObject({ voted: true, ownVotes: [0, 2], votersCount: 1 })
    expect((await alice.v1.polls.$select(theirs.poll.id).fetch()).votesCount).toBe(2)
  })

  test('likes, keeps and passes on what others wrote', async () => {
    const { id } = await bobPosts('Worth keeping')
    const chosen = alice.v1.statuses.$select(id)
    expect((await chosen.favourite()).favourited).toBe(true)
    expect((await chosen.bookmark()).bookmarked).toBe(true)
    expect((await chosen.reblog()).reblog?.id).toBe(id)
    expect((await alice.v1.favourites.list()).map((status) => status.id)).toEqual([id])
    expect((await alice.v1.bookmarks.list()).map((status) => status.id)).toEqual([id])
    expect((await chosen.favouritedBy.list()).map(({ username }) => username)).toEqual(['alice'])
    expect((await chosen.rebloggedBy.list()).map(({ username }) => username)).toEqual(['alice'])
    expect(await chosen.fetch()).toMatchObject({ favourited: true, bookmarked: true, reblogged: true })
    expect((await chosen.unfavourite()).favourited).toBe(false)
    expect((await chosen.unbookmark()).bookmarked).toBe(false)
    expect((await chosen.unreblog()).reblogged).toBe(false)
    const quoting = await post('See', { quotedStatusId: id })
    expect((quoting.quote as { state?: string } | null)?.state).toBeDefined()
  })

  test('is told of what others do, singly and in groups', async () => {
    const { id } = await post('Who likes this?')
    for (const one of [place.bob, place.carol]) await one.post(`/api/v1/statuses/${id}/favourite`)
    const { id: answer } = await bobPosts('@alice I do', { in_reply_to_id: id })
    await place.server.settle()
    const all = await alice.v1.notifications.list({ types: ['favourite', 'mention'] })
    expect(all.map(({ type }) => type)).toEqual(['mention', 'favourite', 'favourite'])
    const seen: string[] = []
    for await (const page of alice.v1.notifications.list({ limit: 1, types: ['favourite', 'mention'] }))
      seen.push(...page.map((each) => each.id))
    expect(seen).toEqual(all.map((each) => each.id))
    expect(await alice.v1.notifications.$select(seen[0]!).fetch()).toMatchObject({ status: { id: answer } })
    const grouped = await alice.v2.notifications.list({ types: ['favourite'] })
    expect(grouped.notificationGroups.map((group) => group.notificationsCount)).toEqual([2])
    expect(grouped.accounts.map(({ username }) => username).toSorted()).toEqual(['bob', 'carol'])
    expect((await alice.v1.notifications.unreadCount.fetch()).count).toBeGreaterThan(2)
    await alice.v1.notifications.$select(seen[0]!).dismiss()
    expect((await alice.v1.notifications.list({ types: ['mention'] })).length).toBe(0)
    expect(await alice.v1.notifications.requests.list()).toEqual([])
    expect(await alice.v1.notifications.requests.merged.fetch()).toEqual({ merged: true })
    expect(await alice.v2.notifications.policy.fetch()).toMatchObject({ forNotFollowing: 'accept' })
    expect(await alice.v2.notifications.policy.update({ forNotFollowing: 'filter' })).toMatchObject({
      forNotFollowing: 'filter',
    })
    await alice.v1.notifications.clear()
    expect(await alice.v1.notifications.list()).toEqual([])
  })

  test('opens a group', async () => {
    const { id } = await post('And this?')
    await place.bob.post(`/api/v1/statuses/${id}/favourite`)
    await place.server.settle()
    const { notificationGroups } = await alice.v2.notifications.list({ types: ['favourite'] })
    const group = alice.v2.notifications.$select(notificationGroups[0]!.groupKey)
    expect((await group.accounts.fetch()).map(({ username }) => username)).toEqual(['bob'])
    expect((await group.fetch()).notificationGroups.length).toBe(1)
    expect((await alice.v2.notifications.unreadCount.fetch()).count).toBe(1)
    await group.dismiss()
    expect((await alice.v2.notifications.list()).notificationGroups).toEqual([])
  })

  test('puts people into lists', async () => {
    const list = await alice.v1.lists.create({ title: 'Friends' })
    const chosen = alice.v1.lists.$select(list.id)
    await chosen.accounts.create({ accountIds: [bobId, carolId] })
    expect((await chosen.accounts.list()).map(({ username }) => username).toSorted()).toEqual([
      'bob',
      'carol',
    ])
    expect((await alice.v1.accounts.$select(bobId).lists.list()).map(({ title }) => title)).toEqual([
      'Friends',
    ])
    const { id } = await bobPosts('For the list')
    expect((await alice.v1.timelines.list.$select(list.id).list({ limit: 1 }))[0]?.id).toBe(id)
    await chosen.accounts.remove({ accountIds: [carolId] })
    expect((await chosen.accounts.list()).map(({ username }) => username)).toEqual(['bob'])
    expect(await chosen.update({ title: 'Best', exclusive: true })).toMatchObject({
      title: 'Best',
      exclusive: true,
    })
    expect((await alice.v1.lists.list()).length).toBe(1)
    await chosen.remove()
    await expect(chosen.fetch()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('filters words and posts', async () => {
    const filter = await alice.v2.filters.create({
      title: 'No eels',
      context: ['home', 'public'],
      filterAction: 'warn',
      expiresIn: 3600,
      keywordsAttributes: [{ keyword: 'eel', wholeWord: true }],
    })
    const chosen = alice.v2.filters.$select(filter.id)
    const keyword = await chosen.keywords.create({ keyword: 'conger', wholeWord: false })
    expect((await chosen.keywords.list()).length).toBe(2)
    expect(
      await alice.v2.filters.keywords.$select(keyword.id).update({ keyword: 'moray', wholeWord: true }),
    ).toMatchObject({ keyword: 'moray', wholeWord: true })
    const { id } = await bobPosts('An eel')
    const [shown] = await alice.v1.timelines.home.list({ limit: 1 })
    expect(shown).toMatchObject({ id, filtered: [{ filter: { title: 'No eels' }, keywordMatches: ['eel'] }] })
    const kept = await chosen.statuses.create({ statusId: id })
    expect((await chosen.statuses.list()).map(({ statusId }) => statusId)).toEqual([id])
    expect(await alice.v2.filters.statuses.$select(kept.id).fetch()).toMatchObject({ statusId: id })
    await alice.v2.filters.statuses.$select(kept.id).remove()
    await alice.v2.filters.keywords.$select(keyword.id).remove()
    expect(await chosen.update({ title: 'Eels', context: ['home'], filterAction: 'hide' })).toMatchObject({
      title: 'Eels',
      filterAction: 'hide',
    })
    expect((await alice.v2.filters.list()).length).toBe(1)
    expect((await alice.v1.filters.list()).length).toBe(1)
    await chosen.remove()
    expect(await alice.v2.filters.list()).toEqual([])
  })

  test('filters in the older way', async () => {
    const filter = await alice.v1.filters.create({ phrase: 'cod', context: ['home'], irreversible: false })
    const chosen = alice.v1.filters.$select(filter.id)
    expect(await chosen.fetch()).toMatchObject({ phrase: 'cod' })
    expect(await chosen.update({ phrase: 'codfish', context: ['home'] })).toMatchObject({ phrase: 'codfish' })
    await chosen.remove()
    expect(await alice.v1.filters.list()).toEqual([])
  })

  test('finds people and posts, and sets people apart', async () => {
    const carol = alice.v1.accounts.$select(carolId)
    expect((await alice.v2.search.list({ q: 'bob' })).accounts[0]?.id).toBe(bobId)
    expect((await alice.v2.search.list({ q: '#tea', type: 'hashtags' })).hashtags.length).toBe(1)
    expect((await alice.v1.accounts.lookup({ acct: 'carol' })).id).toBe(carolId)
    expect((await alice.v1.accounts.search.list({ q: 'car' })).map(({ id }) => id)).toEqual([carolId])
    expect((await alice.v1.accounts.fetch({ id: [bobId, carolId] })).length).toBe(2)
    expect((await carol.fetch()).username).toBe('carol')
    expect(await carol.note.create({ comment: 'neighbour' })).toMatchObject({ note: 'neighbour' })
    expect(await carol.pin()).toMatchObject({ endorsed: true })
    expect((await alice.v1.endorsements.list()).map(({ id }) => id)).toEqual([carolId])
    expect(await carol.unpin()).toMatchObject({ endorsed: false })
    expect(await carol.mute({ duration: 600, notifications: true })).toMatchObject({ muting: true })
    expect((await alice.v1.mutes.list()).map(({ id }) => id)).toEqual([carolId])
    expect(await carol.unmute()).toMatchObject({ muting: false })
    expect(await carol.block()).toMatchObject({ blocking: true, following: false })
    expect((await alice.v1.blocks.list()).map(({ id }) => id)).toEqual([carolId])
    expect(await carol.unblock()).toMatchObject({ blocking: false })
    await alice.v1.domainBlocks.create({ domain: 'noise.example' })
    expect(await alice.v1.domainBlocks.list()).toEqual(['noise.example'])
    await alice.v1.domainBlocks.remove({ domain: 'noise.example' })
    expect(await alice.v1.domainBlocks.list()).toEqual([])
    for (const list of ['followers', 'following', 'statuses', 'featuredTags'] as const)
      expect(Array.isArray(await carol[list].list())).toBe(true)
  })

  test('lets somebody follow who asks', async () => {
    await alice.v1.accounts.updateCredentials({ locked: true })
    await place.carol.post(`/api/v1/accounts/${place.alice.id}/follow`)
    expect((await alice.v1.followRequests.list()).map(({ id }) => id)).toEqual([carolId])
    expect(await alice.v1.followRequests.$select(carolId).authorize()).toMatchObject({ followedBy: true })
    await alice.v1.accounts.$select(carolId).removeFromFollowers()
    await place.carol.post(`/api/v1/accounts/${place.alice.id}/follow`)
    expect(await alice.v1.followRequests.$select(carolId).reject()).toMatchObject({ followedBy: false })
    await alice.v1.accounts.updateCredentials({ locked: false })
  })

  test('looks around', async () => {
    const tag = alice.v1.tags.$select('tea')
    expect((await tag.fetch()).name).toBe('tea')
    expect((await tag.follow()).following).toBe(true)
    expect((await alice.v1.followedTags.list()).map(({ name }) => name)).toEqual(['tea'])
    expect((await tag.unfollow()).following).toBe(false)
    const featured = await alice.v1.featuredTags.create({ name: 'tea' })
    expect((await alice.v1.featuredTags.list()).map(({ name }) => name)).toEqual(['tea'])
    expect(Array.isArray(await alice.v1.featuredTags.suggestions.list())).toBe(true)
    await alice.v1.featuredTags.$select(featured.id).remove()
    for (const trend of ['tags', 'statuses'] as const)
      expect(Array.isArray(await alice.v1.trends[trend].list())).toBe(true)
    expect(await alice.v1.trends.links.list()).toEqual([])
    expect(Array.isArray(await alice.v2.suggestions.list())).toBe(true)
    expect(Array.isArray(await alice.v1.directory.list())).toBe(true)
  })

  test('talks with one alone', async () => {
    await post('@bob between us', { visibility: 'direct' })
    const [conversation] = await alice.v1.conversations.list()
    expect(conversation).toMatchObject({ lastStatus: { visibility: 'direct' } })
    expect(conversation?.accounts.map(({ username }) => username)).toEqual(['bob'])
    expect(await alice.v1.conversations.$select(conversation!.id).read()).toMatchObject({ unread: false })
    await alice.v1.conversations.$select(conversation!.id).remove()
    expect(await alice.v1.conversations.list()).toEqual([])
  })

  test('describes herself', async () => {
    const changed = await alice.v1.accounts.updateCredentials({
      displayName: 'Alice of the valley',
      note: 'I like #tea',
      fieldsAttributes: [{ name: 'Pronouns', value: 'she' }],
      source: { privacy: 'unlisted', sensitive: true, language: 'en' },
    })
    expect(changed).toMatchObject({
      displayName: 'Alice of the valley',
      fields: [{ name: 'Pronouns', value: 'she' }],
      source: { privacy: 'unlisted', sensitive: true, language: 'en', note: 'I like #tea' },
    })
  })

  test('shows pictures', async () => {
    const file = new Blob([makePng(64, 48)], { type: 'image/png' })
    const picture = await alice.v2.media.create({ file, description: 'Bands', focus: '0.1,-0.2' })
    expect(picture).toMatchObject({ type: 'image', description: 'Bands' })
    const older = await alice.v1.media.create({ file })
    await alice.v1.media.$select(older.id).update({ description: 'Again' })
    const shown = await post('Look', { mediaIds: [picture.id, older.id] })
    expect(shown.mediaAttachments.map(({ description }) => description)).toEqual(['Bands', 'Again'])
    const changed = await alice.v1.accounts.updateCredentials({ avatar: file, header: file })
    expect(changed.avatar).not.toContain('missing.png')
    expect((await alice.v1.profile.avatar.remove()).avatar).toContain('missing.png')
  })

  test('plans ahead', async () => {
    const scheduledAt = new Date(Date.now() + 3_600_000).toISOString()
    const planned = (await post('Later', { scheduledAt })) as unknown as mastodon.v1.ScheduledStatus
    const chosen = alice.v1.scheduledStatuses.$select(planned.id)
    expect(await chosen.fetch()).toMatchObject({ params: { text: 'Later' } })
    await chosen.update({ scheduledAt: new Date(Date.now() + 7_200_000).toISOString() })
    expect((await alice.v1.scheduledStatuses.list()).length).toBe(1)
    await chosen.remove()
    expect(await alice.v1.scheduledStatuses.list()).toEqual([])
  })

  test('wants to be woken', async () => {
    const keys = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    }
    const subscription = { endpoint: 'https://push.example/alice', keys }
    const made = await alice.v1.push.subscription.create({
      subscription,
      data: { alerts: { mention: true } },
      policy: 'all',
    })
    expect(made).toMatchObject({ endpoint: subscription.endpoint, alerts: { mention: true } })
    expect((await alice.v1.push.subscription.fetch()).serverKey).toBe(
      (await alice.v2.instance.fetch()).configuration.vapid.publicKey,
    )
    await alice.v1.push.subscription.update({ data: { alerts: { follow: true } } })
    await alice.v1.push.subscription.remove()
    await expect(alice.v1.push.subscription.fetch()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('reports somebody and logs out', async () => {
    const report = await alice.v1.reports.create({ accountId: carolId, comment: 'loud', category: 'spam' })
    expect(report).toMatchObject({ category: 'spam', targetAccount: { id: carolId } })
    const { client_id: clientId, client_secret: clientSecret } = login.app
    const { token } = login
    await library.createOAuthAPIClient({ url: place.server.origin }).revoke({ clientId, clientSecret, token })
    await until('the token to be void', () =>
      alice.v1.preferences.fetch().then(
        () => false,
        ({ statusCode }) => statusCode === 401,
      ),
    )
  })
})
