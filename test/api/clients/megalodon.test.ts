import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import generator, { type MegalodonInterface } from 'megalodon'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePng } from '../../support/media-files.ts'
import { logIn, openNeighbourhood, type LoggedIn, type Neighbourhood } from './neighbourhood.ts'

/** What many apps of the web and of desktops run. */
describe('A day with megalodon', () => {
  let place: Neighbourhood
  let login: LoggedIn
  let alice: MegalodonInterface
  let bobId: string
  let carolId: string

  beforeAll(async () => {
    place = await openNeighbourhood()
    login = await logIn(place)
    alice = generator('mastodon', place.server.origin, login.token)
    bobId = place.bob.actor.id
    carolId = place.carol.actor.id
  })
  afterAll(() => place?.[Symbol.asyncDispose]())

  const post = async (status: string, more: object = {}) =>
    (await alice.postStatus(status, more)).data as { id: string }
  const bobPosts = (status: string, more: object = {}): Promise<{ id: string }> =>
    place.bob.post('/api/v1/statuses', { status, ...more })

  test('begins with what the place is and what the member prefers', async () => {
    const account = (await alice.verifyAccountCredentials()).data
    expect(account).toMatchObject({ username: 'alice', source: { privacy: 'public' } })
    expect((await alice.getInstance()).data.urls?.streaming_api).toMatch(/^ws:/)
    expect((await alice.getInstancePeers()).data).toEqual([])
    expect((await alice.getInstanceActivity()).data.length).toBeGreaterThanOrEqual(0)
    expect((await alice.getInstanceCustomEmojis()).data).toEqual([])
    expect((await alice.getInstanceAnnouncements()).data).toEqual([])
    expect((await alice.getInstanceDirectory()).status).toBe(200)
    expect((await alice.getInstanceTrends()).data).toEqual([])
    expect((await alice.getPreferences()).data).toHaveProperty('posting:default:visibility')
    expect((await alice.getSuggestions()).status).toBe(200)
  })

  test('follows people and reads on at home', async () => {
    expect((await alice.followAccount(bobId)).data.following).toBe(true)
    expect((await alice.followAccount(carolId, { reblog: false })).data.following).toBe(true)
    expect((await alice.subscribeAccount(bobId)).data.notifying).toBe(true)
    expect((await alice.unsubscribeAccount(bobId)).data.notifying).toBe(false)
    expect((await alice.getRelationships([bobId, carolId])).data.map(({ id }) => id)).toEqual([
      bobId,
      carolId,
    ])
    expect((await alice.getRelationship(bobId)).data.id).toBe(bobId)
    const [two, one] = [await bobPosts('one'), await bobPosts('two')].toReversed()
    expect((await alice.getHomeTimeline()).data.map(({ id }) => id)).toEqual([two!.id, one!.id])
    expect((await alice.getHomeTimeline({ max_id: two!.id })).data.map(({ id }) => id)).toEqual([one!.id])
    expect((await alice.getHomeTimeline({ min_id: one!.id, limit: 5 })).data[0]?.id).toBe(two!.id)
    expect((await alice.getPublicTimeline()).data.length).toBe(2)
    expect((await alice.getLocalTimeline({ limit: 1 })).data.length).toBe(1)
    expect((await alice.getAccountFollowing(place.alice.id)).data.length).toBe(2)
    expect((await alice.getAccountFollowers(bobId)).data[0]?.username).toBe('alice')
    expect((await alice.getAccountStatuses(bobId, { exclude_replies: true })).data.length).toBe(2)
    expect((await alice.saveMarkers({ home: { last_read_id: two!.id } })).status).toBe(200)
    expect((await alice.getMarkers(['home'])).data).toMatchObject({ home: { last_read_id: two!.id } })
  })

  test('writes, answers, edits and takes back', async () => {
    const { id } = await post('Good #tea', { spoiler_text: 'drink', visibility: 'public', language: 'en' })
    const answer = await post('Indeed', { in_reply_to_id: id })
    expect((await alice.getStatusContext(id)).data.descendants.map((each) => each.id)).toEqual([answer.id])
    expect((await alice.getStatusSource(id)).data.text).toBe('Good #tea')
    expect((await alice.editStatus(id, { status: 'Better #tea' })).data.content).toContain('Better')
    expect((await alice.getTagTimeline('tea')).data.map((each) => each.id)).toEqual([id])
    expect((await alice.pinStatus(id)).data.pinned).toBe(true)
    expect((await alice.unpinStatus(id)).data.pinned).toBe(false)
    expect((await alice.muteStatus(id)).data.muted).toBe(true)
    expect((await alice.unmuteStatus(id)).data.muted).toBe(false)
    expect((await alice.deleteStatus(answer.id)).status).toBe(200)
    await expect(alice.getStatus(answer.id)).rejects.toMatchObject({ response: { status: 404 } })
    const asked = await post('Tea?', { poll: { options: ['yes', 'no'], expires_in: 3600 } })
    expect((await alice.getStatus(asked.id)).data.poll?.options.length).toBe(2)
  })

  test('votes, likes, keeps and passes on', async () => {
    const { poll, id } = await place.bob.post('/api/v1/statuses', {
      status: 'Cake?',
      poll: { options: ['a', 'b'], expires_in: 3600 },
    })
    expect((await alice.votePoll(poll.id, [1])).data.voted).toBe(true)
    expect((await alice.getPoll(poll.id)).data.votes_count).toBe(1)
    expect((await alice.favouriteStatus(id)).data.favourited).toBe(true)
    expect((await alice.bookmarkStatus(id)).data.bookmarked).toBe(true)
    expect((await alice.reblogStatus(id)).data.reblog?.id).toBe(id)
    for (const list of ['getFavourites', 'getBookmarks'] as const)
      expect((await alice[list]()).data.map((each) => each.id)).toEqual([id])
    for (const list of ['getStatusFavouritedBy', 'getStatusRebloggedBy'] as const)
      expect((await alice[list](id)).data.map(({ username }) => username)).toEqual(['alice'])
    expect((await alice.unfavouriteStatus(id)).data.favourited).toBe(false)
    expect((await alice.unbookmarkStatus(id)).data.bookmarked).toBe(false)
    expect((await alice.unreblogStatus(id)).data.reblogged).toBe(false)
  })

  test('is told of what others do', async () => {
    const { id } = await post('Who likes this?')
    await place.bob.post(`/api/v1/statuses/${id}/favourite`)
    await bobPosts('@alice I do', { in_reply_to_id: id })
    await place.server.settle()
    const told = (await alice.getNotifications({ exclude_types: ['follow'] })).data
    expect(told.map(({ type }) => type)).toEqual(['mention', 'favourite'])
    expect((await alice.getNotifications({ max_id: told[0]!.id })).data.map((each) => each.id)).toEqual([
      told[1]!.id,
    ])
    expect((await alice.getNotification(told[0]!.id)).data.status?.id).toBeDefined()
    expect((await alice.dismissNotification(told[0]!.id)).data).toEqual({})
    expect((await alice.dismissNotifications()).data).toEqual({})
    expect((await alice.getNotifications()).data).toEqual([])
    await post('@bob between us', { visibility: 'direct' })
    const [conversation] = (await alice.getConversationTimeline()).data
    expect(conversation?.accounts.map(({ username }) => username)).toEqual(['bob'])
    expect((await alice.readConversation(conversation!.id)).data.unread).toBe(false)
    expect((await alice.deleteConversation(conversation!.id)).data).toEqual({})
  })

  test('sorts people and words', async () => {
    const { id } = (await alice.createList('Friends')).data
    await alice.addAccountsToList(id, [bobId, carolId])
    expect((await alice.getAccountsInList(id)).data.length).toBe(2)
    expect((await alice.getAccountLists(bobId)).data.map((list) => list.id)).toEqual([id])
    await alice.deleteAccountsFromList(id, [carolId])
    expect((await alice.getListTimeline(id)).data[0]?.account.username).toBe('bob')
    expect((await alice.updateList(id, 'Best')).data.title).toBe('Best')
    expect((await alice.getList(id)).data.title).toBe('Best')
    expect((await alice.getLists()).data.length).toBe(1)
    expect((await alice.deleteList(id)).data).toEqual({})
    expect((await alice.followTag('tea')).data.following).toBe(true)
    expect((await alice.getFollowedTags()).data.map(({ name }) => name)).toEqual(['tea'])
    expect((await alice.unfollowTag('tea')).data.following).toBe(false)
    expect((await alice.getTag('tea')).data.name).toBe('tea')
    const tag = (await alice.createFeaturedTag('tea')).data
    expect((await alice.getFeaturedTags()).data.map(({ name }) => name)).toEqual(['tea'])
    expect((await alice.deleteFeaturedTag(tag.id)).data).toEqual({})
    expect((await alice.getSuggestedTags()).status).toBe(200)
  })

  test('filters words', async () => {
    const { id } = (await alice.createFilter('eel', ['home'], { whole_word: true })).data
    expect((await alice.getFilter(id)).data.phrase).toBe('eel')
    expect((await alice.updateFilter(id, 'conger', ['home', 'public'])).data.phrase).toBe('conger')
    expect((await alice.getFilters()).data.length).toBe(1)
    expect((await alice.deleteFilter(id)).data).toEqual({})
  })

  test('finds people and keeps some apart', async () => {
    expect((await alice.search('bob', { type: 'accounts' })).data.accounts[0]?.id).toBe(bobId)
    expect((await alice.searchAccount('carol')).data[0]?.id).toBe(carolId)
    expect((await alice.lookupAccount('carol')).data.id).toBe(carolId)
    expect((await alice.getAccount(carolId)).data.username).toBe('carol')
    expect((await alice.setAccountNote(carolId, 'neighbour')).data.note).toBe('neighbour')
    expect((await alice.pinAccount(carolId)).data.endorsed).toBe(true)
    expect((await alice.getEndorsements()).data.map(({ id }) => id)).toEqual([carolId])
    expect((await alice.unpinAccount(carolId)).data.endorsed).toBe(false)
    expect((await alice.muteAccount(carolId, true)).data.muting).toBe(true)
    expect((await alice.getMutes()).data.map(({ id }) => id)).toEqual([carolId])
    expect((await alice.unmuteAccount(carolId)).data.muting).toBe(false)
    expect((await alice.blockAccount(carolId)).data.blocking).toBe(true)
    expect((await alice.getBlocks()).data.map(({ id }) => id)).toEqual([carolId])
    expect((await alice.unblockAccount(carolId)).data.blocking).toBe(false)
    await alice.blockDomain('noise.example')
    expect((await alice.getDomainBlocks()).data).toEqual(['noise.example'])
    await alice.unblockDomain('noise.example')
    expect((await alice.report(carolId, { comment: 'loud', category: 'spam' })).data.id).toMatch(/^\d+$/)
    expect((await alice.unfollowAccount(bobId)).data.following).toBe(false)
  })

  test('describes herself and decides who follows', async () => {
    const changed = await alice.updateCredentials({
      display_name: 'Alice of the valley',
      locked: true,
      source: { privacy: 'unlisted' },
    })
    expect(changed.data).toMatchObject({ display_name: 'Alice of the valley', locked: true })
    for (const one of [place.bob, place.carol]) await one.post(`/api/v1/accounts/${place.alice.id}/follow`)
    expect((await alice.getFollowRequests()).data.length).toBe(2)
    expect((await alice.acceptFollowRequest(bobId)).data.followed_by).toBe(true)
    expect((await alice.rejectFollowRequest(carolId)).data.followed_by).toBe(false)
  })

  test('shows pictures', async () => {
    await using parts = new AsyncDisposableStack()
    const directory = parts.adopt(await mkdtemp(join(tmpdir(), 'holdfast-test-')), (it) =>
      rm(it, { recursive: true }),
    )
    await writeFile(join(directory, 'bands.png'), makePng(64, 48))
    const file = createReadStream(join(directory, 'bands.png'))
    const { id } = (await alice.uploadMedia(file, { description: 'Bands', focus: '0.1,0.2' })).data
    expect((await alice.updateMedia(id, { description: 'Stripes' })).data.description).toBe('Stripes')
    expect((await alice.getMedia(id)).data.type).toBe('image')
    const shown = await post('Look', { media_ids: [id] })
    expect((await alice.getStatus(shown.id)).data.media_attachments.map((each) => each.id)).toEqual([id])
  })

  test('plans ahead', async () => {
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
    const { id } = await post('Later', { scheduled_at: inHours(1) })
    expect((await alice.getScheduledStatus(id)).data.params.text).toBe('Later')
    expect((await alice.scheduleStatus(id, inHours(2))).data.id).toBe(id)
    expect((await alice.getScheduledStatuses()).data.length).toBe(1)
    expect((await alice.cancelScheduledStatus(id)).data).toEqual({})
  })

  test('wants to be woken', async () => {
    const keys = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    }
    const alerts = { mention: true }
    const made = await alice.subscribePushNotification(
      { endpoint: 'https://push.example/a', keys },
      { alerts },
    )
    expect((await alice.getPushSubscription()).data.id).toBe(made.data.id)
    expect((await alice.updatePushSubscription({ alerts: { follow: true } })).data.alerts.follow).toBe(true)
    expect((await alice.deletePushSubscription()).data).toEqual({})
  })

  test('logs out', async () => {
    await alice.revokeToken(login.app.client_id, login.app.client_secret, login.token)
    await expect(alice.getPreferences()).rejects.toMatchObject({ response: { status: 401 } })
  })
})
