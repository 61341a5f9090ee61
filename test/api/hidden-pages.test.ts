import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstIdAt } from '../../src/lib/ids.ts'
import { signUp, type ApiMember } from '../support/api.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let alice: ApiMember

const many = 400
const begin = Date.now() - 86_400_000
const at = (n: number) => firstIdAt(new Date(begin + n * 1000))

/** Of two who are followed one said something, then the other very much, who is suspended since, and then the first again. */
beforeAll(async () => {
  server = await startServer()
  alice = await signUp(server, 'alice')
  const { db } = server.ctx
  await sql`insert into remote_actors (id, is_local, type, username, domain, uri, suspended_at)
    select n, false, 'Person', 'p' || n, 'far.example', 'https://far.example/' || n,
      case when n = 2 then now() end from generate_series(1, 2) n`.execute(db)
  await sql`insert into follows (id, follower_id, target_id, target_uri, state, accepted_at)
    select n, ${alice.actor.id}::bigint, n, 'https://far.example/' || n, 'accepted', now()
    from generate_series(1, 2) n`.execute(db)
  await sql`insert into lists (id, account_id, title) values (1, ${alice.actor.id}::bigint, 'list')`.execute(
    db,
  )
  await sql`insert into list_members (list_id, target_id) values (1, 1), (1, 2)`.execute(db)
  for (let n = 0; n <= many; n++)
    await sql`insert into remote_statuses (id, is_local, actor_id, visibility, content, uri, created_at, fetched_at)
      values (${at(n)}::bigint, false, ${n % many === 0 ? 1 : 2}, 'public', 'x', ${`https://far.example/s/${n}`}, now(),
        now())`.execute(db)
})
afterAll(() => server?.[Symbol.asyncDispose]())

/** What is found by following a link from page to page, and on how many pages. */
async function walk(path: string, rel: 'next' | 'prev') {
  const found: string[] = []
  let pages = 0
  for (let to = path; to !== '' && pages < 20; pages++) {
    const { body, headers } = await alice.call('GET', to)
    found.push(...(body as { id: string }[]).map(({ id }) => id))
    to = new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1] ?? ''
  }
  return { found, pages }
}

test.each(['home', 'list/1'])('Beyond very much of %s that is not shown apps find what is', async (name) => {
  const path = `/api/v1/timelines/${name}?limit=1`
  const down = await walk(path, 'next')
  expect(down.found).toEqual([at(many), at(0)])
  const up = await walk(`${path}&min_id=${at(0)}`, 'prev')
  expect(up.found).toEqual([at(many)])
  expect(Math.max(down.pages, up.pages)).toBeLessThan(20)
})
