import { expect, it } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import type { LinkedView } from '../../../src/domain/statuses/link-views.ts'
import { loadPost } from '../../../src/federation/outbox/load-post.ts'
import { canonizeDocument } from '../../../src/federation/signing/json-ld.ts'
import { writeActor } from '../../../src/federation/vocab/write-actor.ts'
import { actorContext } from '../../../src/federation/vocab/write-contexts.ts'
import { writeAnnounce, writeUndo } from '../../../src/federation/vocab/write-interaction.ts'
import { writeCreate, writeDelete, writeUpdate } from '../../../src/federation/vocab/write-note.ts'
import { writePollUpdate } from '../../../src/federation/vocab/write-poll.ts'
import { listCurrentKeys } from '../../../src/store/keys.ts'
import { createTestContext } from '../../support/context.ts'
import { createMember } from '../../support/people.ts'
import { use } from '../../support/use.ts'

const bed = await use(createTestContext())
const bob = await createMember(bed.ctx, 'bob')
const { id } = await createPost(bed.ctx, bob, {
  text: 'Hello #grüße',
  visibility: 'public',
  language: 'de',
})
const plain = (await transact(bed.ctx, (tx) => loadPost(tx, id)))!
const full = { ...plain, ...withEverything(plain) }

/** A post that has all that a post can have. */
function withEverything({ status, uri }: LinkedView): Partial<LinkedView> {
  const image = {
    url: '/media/1.png',
    mediaType: 'image/png',
    description: 'A cat',
    width: 10,
    height: 20,
    blurhash: 'L00000',
    focalPoint: [0.5, -0.25] as [number, number],
  }
  return {
    status: {
      ...status,
      summary: 'A word',
      sensitive: true,
      editedAt: new Date(),
      attachments: [image],
      emojis: [{ shortcode: 'cat', url: '/media/cat.png' }],
      quoteAuthorizationUri: `${uri}/stamp`,
    },
    poll: {
      statusId: status.id,
      multiple: false,
      options: ['yes', 'no'],
      votes: ['1', '2'],
      voters: '3',
      endsAt: new Date(),
      closedAt: new Date(),
    } as unknown as LinkedView['poll'],
    quote: {
      state: 'accepted',
      uri: 'https://away.example/notes/1',
      view: null,
    } as unknown as LinkedView['quote'],
  }
}

const write: Record<string, () => Promise<object | undefined>> = {
  'a Create': async () => writeCreate(bed.ctx.config, plain),
  'a Create of everything': async () => writeCreate(bed.ctx.config, full),
  'an Update of everything': async () => writeUpdate(bed.ctx.config, full),
  'an Update of a poll': async () => writePollUpdate(bed.ctx.config, full, new Date()),
  'a Delete': async () => writeDelete(bed.ctx.config, full),
  'an Announce': async () => announce(),
  'its Undo': async () => writeUndo(announce()),
  'an Update of a profile': async () => {
    const fields = [{ name: 'Site', value: 'https://bob.example' }]
    const profile = {
      ...bob,
      fields,
      movedTo: 'https://away.example/bob',
      alsoKnownAs: ['https://old.example/bob'],
    }
    const object = writeActor(bed.ctx.config, profile, await listCurrentKeys(bed.ctx.db, bob.id))
    return { '@context': actorContext, id: `${String(object['id'])}#updates/1`, type: 'Update', object }
  },
}

const announce = () =>
  writeAnnounce(bed.ctx.config, {
    ...plain,
    status: { ...plain.status, boostOfUri: 'https://away.example/notes/1' },
  })!

it.each(Object.keys(write))('Every word of %s has a meaning that a signature covers', async (what) => {
  const document = await write[what]!()
  const statements = await canonizeDocument(document!, 'all')
  expect(statements.split('\n').length).toBeGreaterThan(5)
})
