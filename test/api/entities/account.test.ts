import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { updateOwnProfile } from '../../../src/domain/accounts/update-profile.ts'
import { createMember } from '../../support/people.ts'
import { startRemoteServer, type RemoteServer } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openApp } from '../accounts-kit.ts'

let server: TestServer
let remote: RemoteServer

beforeAll(async () => {
  server = await startServer()
  remote = await startRemoteServer()
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
})

const rel = 'rel="nofollow noopener noreferrer" target="_blank"'

/** What Mastodon serves of somebody. */
const profile = {
  '@context': [
    'https://www.w3.org/ns/activitystreams',
    'https://w3id.org/security/v1',
    {
      toot: 'http://joinmastodon.org/ns#',
      Emoji: 'toot:Emoji',
      schema: 'http://schema.org#',
      PropertyValue: 'schema:PropertyValue',
      value: 'schema:value',
    },
  ],
  name: 'Wren :wren:',
  summary:
    '<p>Birds &amp; trains :wren:<br>at <a href="https://wren.example/nest" target="_blank" rel="nofollow noopener me" translate="no"><span class="invisible">https://</span><span class="">wren.example/nest</span><span class="invisible"></span></a></p><script>alert(1)</script>',
  attachment: [
    {
      type: 'PropertyValue',
      name: 'Home & garden',
      value:
        '<a href="https://wren.example" target="_blank" rel="nofollow noopener me" translate="no"><span class="invisible">https://</span><span class="">wren.example</span><span class="invisible"></span></a>',
    },
    { type: 'PropertyValue', name: 'Likes', value: 'tea &lt;3 :wren:' },
  ],
  tag: [
    {
      type: 'Emoji',
      name: ':wren:',
      icon: { type: 'Image', mediaType: 'image/png', url: 'https://files.example/wren.png' },
    },
  ],
}

describe('an account', () => {
  test('elsewhere is described in the HTML that its server sent, cleaned and not escaped again', async () => {
    const wren = await remote.addActor('wren', profile)
    const actor = await server.ctx.remote.resolveActor(wren.uri)
    const anybody = await openApp(server)
    const { body } = await anybody('GET', `/api/v1/accounts/${actor!.id}`)
    expect(body).toMatchObject({
      display_name: 'Wren :wren:',
      note: `<p>Birds &amp; trains :wren:<br />at <a translate="no" href="https://wren.example/nest" ${rel}><span class="invisible">https://</span><span>wren.example/nest</span><span class="invisible"></span></a></p>`,
      fields: [
        {
          name: 'Home & garden',
          value: `<a href="https://wren.example" ${rel}>https://wren.example</a>`,
          verified_at: null,
        },
        { name: 'Likes', value: 'tea &lt;3 :wren:', verified_at: null },
      ],
      emojis: [{ shortcode: 'wren' }],
    })
  })

  test('of ours is described in what they wrote, as text', async () => {
    const alice = await createMember(server.ctx, 'alice')
    await updateOwnProfile(server.ctx, alice, {
      summary: 'Birds & <b>trains</b>',
      fields: [
        { name: 'Home', value: 'https://alice.example' },
        { name: 'Likes', value: 'tea <3' },
      ],
    })
    const anybody = await openApp(server)
    const { body } = await anybody('GET', `/api/v1/accounts/${alice.id}`)
    expect(body).toMatchObject({
      note: '<p>Birds &#38; &#60;b&#62;trains&#60;/b&#62;</p>',
      fields: [
        {
          name: 'Home',
          value:
            '<a href="https://alice.example" rel="me nofollow noopener" target="_blank"><span class="invisible">https://</span><span>alice.example</span><span class="invisible"></span></a>',
        },
        { name: 'Likes', value: 'tea &#60;3' },
      ],
    })
  })
})
