import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { createMember } from '../../support/people.ts'
import {
  activityOf,
  startRemoteServer,
  type RemoteActor,
  type RemoteServer,
} from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { fixtureNames, pathOf, playFixture, readFixture, type Fixture, type Step } from './fixture.ts'
import { seeFollowers, seeOwnPost, seeProfile, seeReports, seesBlock, seeStatus } from './seen.ts'

/**
 * Conversations in the words of every software that members meet, written from its documents and habits: what arrives
 * must look here as it does there.
 */
describe.each(fixtureNames)('%s', (name) => {
  let ours: TestServer
  let theirs: RemoteServer
  let people: Readonly<Record<string, RemoteActor>>
  let bob: Actor
  let bobUri: string
  let postId: string
  const fixture: { current?: Fixture } = {}
  const steps = readFixture(name, {}).steps

  beforeAll(async () => {
    ours = await startServer()
    theirs = await startRemoteServer()
    bob = await createMember(ours.ctx, 'bob')
    bobUri = `${ours.origin}/users/bob`
    postId = (await createPost(ours.ctx, bob, { text: 'Good morning', visibility: 'public' })).id
    const bobsPost = `${bobUri}/statuses/${postId}`
    fixture.current = readFixture(name, { ours: ours.origin, theirs: theirs.origin, bobsPost })
    people = await playFixture(theirs, fixture.current)
    for (const followed of fixture.current.bobFollows ?? []) await follow(people[followed]!)
    await ours.settle()
  })
  afterAll(async () => {
    await ours?.[Symbol.asyncDispose]()
    await theirs?.[Symbol.asyncDispose]()
  })

  async function follow(actor: RemoteActor): Promise<void> {
    const target = await ours.ctx.remote.resolveActor(actor.uri)
    await followActor(ours.ctx, bob, target!)
    await ours.settle()
    const [request] = theirs.received('Follow')
    await actor.post(ours, activityOf(actor, 'Accept', { object: request }))
    await ours.settle()
  }

  test.each(steps.map(({ does }, index) => [index, does] as const))('%i: %s', async (index) => {
    const step = fixture.current!.steps[index]!
    for (const url of step.gone ?? [])
      theirs.serve(pathOf(url), (_request, response) => response.writeHead(410).end())
    theirs.arrivals.length = 0
    const path = step.to === 'bob' ? '/users/bob/inbox' : '/inbox'
    // What comes once comes twice, sooner or later.
    for (let time = 0; time < 2; time++) {
      expect(await people[step.by]!.post(ours, step.activity, { path })).toMatchObject({
        status: 202,
        body: '',
      })
      await ours.settle()
    }
    await expectEffect(step)
  })

  async function expectEffect({ then, by }: Step): Promise<void> {
    const { ctx } = ours
    if (then.status !== undefined) {
      const seen = await seeStatus(ctx, then.status)
      if (then.shows === null) expect(seen).toBeNull()
      else {
        const { html, ...shows } = then.shows ?? {}
        expect(seen).toMatchObject(shows)
        if (html !== undefined) expect(seen?.html).toContain(html)
      }
    }
    await expectReaction(then)
    if (then.profile) expect(await seeProfile(ctx, people[by]!.uri)).toMatchObject(then.profile)
    if (then.blockedBob !== undefined) {
      expect(await seesBlock(ctx, people[by]!.uri, bobUri)).toBe(then.blockedBob)
    }
  }

  /** What it does to bob, his post and those who watch over them. */
  async function expectReaction(then: Step['then']): Promise<void> {
    const { ctx } = ours
    if (then.bobsPost) {
      const { reactions, ...counts } = then.bobsPost
      const seen = await seeOwnPost(ctx, postId)
      expect(seen).toMatchObject(counts)
      if (reactions) expect(seen.reactions).toEqual(reactions)
    }
    if (then.followers) expect(await seeFollowers(ctx, bobUri)).toEqual(then.followers)
    if (then.answered) expect(theirs.received(then.answered)).not.toHaveLength(0)
    if (then.reports) expect(await seeReports(ctx)).toEqual(then.reports)
  }
})
