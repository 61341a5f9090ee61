import { expect, test } from 'vitest'
import { signUp } from '../../support/api.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')]
await alice.post(`/api/v1/accounts/${bob.actor.id}/follow`)
await bob.post(`/api/v1/accounts/${alice.actor.id}/follow`)

async function read(path: string): Promise<any> {
  const headers = { accept: 'application/activity+json' }
  const response = await fetch(server.origin + path, { headers })
  return response.status === 200 ? response.json() : response.status
}

test.each(['followers', 'following'])(
  'Whoever hides their %s tells how many they are, and no more',
  async (side) => {
    const path = `/users/alice/${side}`
    const { first } = await read(path)
    const page = first.slice(server.origin.length)
    expect(JSON.stringify(await read(page))).toContain('/users/bob')
    await alice.call('PATCH', '/api/v1/accounts/update_credentials', { hide_collections: true })
    const hidden = await read(path)
    expect(hidden).toMatchObject({ totalItems: 1 })
    expect(hidden).not.toHaveProperty('first')
    expect(JSON.stringify([hidden, await read(page)])).not.toContain('bob')
    expect(await bob.get(`/api/v1/accounts/${alice.actor.id}/${side}`)).toEqual([])
    expect(await (await fetch(`${server.origin}/@alice`)).text()).not.toContain('bob')
    await alice.call('PATCH', '/api/v1/accounts/update_credentials', { hide_collections: false })
  },
)
