import { expect, test } from 'vitest'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { send } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const bob = await createMember(server.ctx, 'bob')

async function read(path: string): Promise<any> {
  const headers = { host: new URL(server.origin).host, accept: 'application/activity+json' }
  const answer = await send(server.port, { method: 'GET', path, headers })
  return answer.status === 200 ? JSON.parse(answer.body) : answer.status
}

test('The replies of a post are those that anybody may read, oldest first', async () => {
  const { id } = await createPost(server.ctx, bob, { text: 'Question', visibility: 'public' })
  const answer = async (visibility: 'public' | 'unlisted' | 'private' | 'direct') =>
    (await createPost(server.ctx, bob, { text: 'Answer', visibility, inReplyToId: id })).id
  const open = [await answer('public'), await answer('unlisted')]
  await answer('private')
  await answer('direct')

  const note = await read(`/users/bob/statuses/${id}`)
  expect(note.replies).toBe(`${server.origin}/users/bob/statuses/${id}/replies`)
  const replies = await read(`/users/bob/statuses/${id}/replies`)
  expect(replies).toMatchObject({ id: note.replies, type: 'Collection' })
  expect(replies.items).toEqual(open.map((reply) => `${server.origin}/users/bob/statuses/${reply}`))
})

test('The replies of a post that is not for everybody are not either', async () => {
  const { id } = await createPost(server.ctx, bob, { text: 'Quiet', visibility: 'private' })
  expect(await read(`/users/bob/statuses/${id}/replies`)).toBe(404)
})

test('Neither the replies nor the thread of a post name what those said whom its author blocks', async () => {
  const carol = await createMember(server.ctx, 'carol')
  const dave = await createMember(server.ctx, 'dave')
  const { id } = await createPost(server.ctx, bob, { text: 'Question', visibility: 'public' })
  const answer = async (by: Actor, inReplyToId: string) =>
    (await createPost(server.ctx, by, { text: 'Answer', visibility: 'public', inReplyToId })).id
  const uriOf = (name: string, post: string) => `${server.origin}/users/${name}/statuses/${post}`
  const welcome = await answer(carol, id)
  const unwelcome = await answer(dave, id)
  const deep = await answer(carol, unwelcome)
  const repliesPath = `/users/bob/statuses/${id}/replies`
  const contextPath = `/users/bob/statuses/${id}/context?page=1`
  expect((await read(repliesPath)).items).toEqual([uriOf('carol', welcome), uriOf('dave', unwelcome)])

  await blockActor(server.ctx, bob, dave)
  expect((await read(repliesPath)).items).toEqual([uriOf('carol', welcome)])
  expect((await read(contextPath)).orderedItems).toEqual([
    uriOf('bob', id),
    uriOf('carol', welcome),
    uriOf('carol', deep),
  ])
  // Whom somebody blocks is for others to read.
  const theirs = await read(`/users/dave/statuses/${unwelcome}/replies`)
  expect(theirs.items).toEqual([uriOf('carol', deep)])
})
