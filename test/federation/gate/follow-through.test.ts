import { expect, test } from 'vitest'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { insertDomainBlock } from '../../../src/store/hosts.ts'
import { activityOf, createOf, noteOf, startRemoteServer } from '../../support/remote-server.ts'
import type { RemoteServer } from '../../support/remote-server.ts'
import { until } from '../../support/until.ts'
import { meet } from '../../support/meeting.ts'
import { use } from '../../support/use.ts'

const { server, remote, bob } = await use(meet())
const carrier = await remote.addActor('carrier')

const bobUri = () => `${server.origin}/users/bob`
const pathsOf = (host: RemoteServer) =>
  host.arrivals.filter(({ method }) => method === 'POST').map(({ url }) => url)
const countNotes = async (uri: string): Promise<number> =>
  (await server.ctx.db.selectFrom('remoteStatuses').select('id').where('uri', '=', uri).execute()).length

/** What somebody else said, passed on with a proof that is not looked at. */
async function carry(activity: object): Promise<void> {
  const answer = await carrier.post(server, { ...activity, proof: { type: 'DataIntegrityProof' } })
  expect(answer.status).toBe(202)
  await server.settle()
}

test('A follower whose inboxes change gets posts at the new ones', async () => {
  const mover = await remote.addActor('mover')
  await mover.post(server, activityOf(mover, 'Follow', { object: bobUri() }))
  await server.settle()
  const inboxes = { inbox: `${mover.uri}/letters`, endpoints: { sharedInbox: `${remote.origin}/letters` } }
  await mover.post(server, activityOf(mover, 'Update', { object: { ...mover.document, ...inboxes } }))
  await server.settle()
  await createPost(server.ctx, bob, { text: 'Where are you now?', visibility: 'public' })
  await server.settle()
  expect(pathsOf(remote).at(-1)).toBe('/letters')
})

test('An Update that tells of other keys leaves the key bound that signed it', async () => {
  const keeper = await remote.addActor('keeper')
  const { publicKey: _rsa, ...rest } = keeper.document
  const multikey = {
    id: `${keeper.uri}#ed25519-key`,
    type: 'Multikey',
    controller: keeper.uri,
    publicKeyMultibase: 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
  }
  const context = [
    'https://www.w3.org/ns/activitystreams',
    'https://www.w3.org/ns/did/v1',
    'https://w3id.org/security/multikey/v1',
  ]
  const object = { ...rest, '@context': context, assertionMethod: [multikey] }
  const update = { ...activityOf(keeper, 'Update', { object }), '@context': context }
  expect((await keeper.post(server, update)).status).toBe(202)
  await server.settle()
  const keys = await server.ctx.db
    .selectFrom('remoteKeys')
    .select('keyUri')
    .where('actorUri', '=', keeper.uri)
    .execute()
  expect(keys.map((key) => key.keyUri).toSorted()).toEqual([multikey.id, keeper.keyId])
})

test('A Delete that somebody passes on takes effect when the origin no longer has the post', async () => {
  const author = await remote.addActor('author')
  const note = noteOf(author, { to: [bobUri()], tag: [{ type: 'Mention', href: bobUri(), name: '@bob' }] })
  await author.post(server, createOf(author, note))
  await server.settle()
  const gone = activityOf(author, 'Delete', { object: note['id'] })

  remote.serve(new URL(note['id']).pathname, note)
  await carry(gone)
  expect(await countNotes(note['id'])).toBe(1)

  remote.serve(new URL(note['id']).pathname, (_request, response) => void response.writeHead(410).end())
  await carry({ ...gone, id: `${gone['id']}/again` })
  expect(await countNotes(note['id'])).toBe(0)
})

test('A direct post to somebody whose server does not answer is not pretended to be sent', async () => {
  const text = 'For you alone, @ghost@localhost:1'
  const direct = createPost(server.ctx, bob, { text, visibility: 'direct' })
  await expect(direct).rejects.toMatchObject({ code: 'unavailable' })
  await expect(createPost(server.ctx, bob, { text, visibility: 'public' })).resolves.toMatchObject({
    mentions: [],
  })
})

test('Who signs with a key whose server does not answer now is asked to try again, and not turned away', async () => {
  const early = await remote.addActor('early')
  const honest = early.document
  remote.serve('/users/early', (_request, response) => void response.writeHead(503).end())
  const answer = await early.post(server, activityOf(early, 'Follow', { object: bobUri() }))
  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '600' } })
  remote.serve('/users/late', { ...honest, id: `${remote.origin}/users/late` })
  const unlisted = { keyId: `${remote.origin}/users/late#other-key` }
  expect((await early.post(server, activityOf(early, 'Like'), unlisted)).status).toBe(401)
})

test('An actor whose message must wait for others is waited for by nobody else', async () => {
  const [slow, quick] = [await remote.addActor('slow'), await remote.addActor('quick')]
  remote.serve('/context', (_request, response) => void response.writeHead(200).write('{'))
  const note = () =>
    noteOf(slow, { to: [bobUri()], tag: [{ type: 'Mention', href: bobUri(), name: '@bob' }] })
  const strange = {
    ...createOf(slow, note()),
    '@context': ['https://www.w3.org/ns/activitystreams', `${remote.origin}/context`],
  }
  expect((await slow.post(server, strange)).status).toBe(202)
  const following = activityOf(quick, 'Follow', { object: bobUri() })
  expect((await quick.post(server, following)).status).toBe(202)
  const isAnswered = () => remote.received('Accept').some(({ object }) => object.id === following['id'])
  await until('the Accept', isAnswered, { seconds: 10 })
  const waiting = await server.ctx.db.selectFrom('inboxMessages').select('actorUri').execute()
  expect(waiting).toEqual([{ actorUri: slow.uri }])
})

test('Nothing is taken from a blocked domain by way of others', async () => {
  await using blocked = await startRemoteServer()
  const author = await blocked.addActor('author')
  const note = noteOf(author, { to: [bobUri()], tag: [{ type: 'Mention', href: bobUri(), name: '@bob' }] })
  blocked.serve(new URL(note['id']).pathname, {
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...note,
  })
  await insertDomainBlock(server.ctx.db, new URL(blocked.origin).host, '')
  await carry(createOf(author, note))
  expect(blocked.fetched()).toEqual([])
  expect(await countNotes(note['id'])).toBe(0)
})
