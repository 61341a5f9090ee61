import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { transact } from '../../../src/db/transact.ts'
import { createAccount } from '../../../src/domain/accounts/create-account.ts'
import { eraseAccount } from '../../../src/domain/accounts/erase-account.ts'
import { closeLeftAccounts, keepAccount, leave, leaveAtOnce } from '../../../src/domain/accounts/leave.ts'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { findActor, markAccountDeleted, type Actor } from '../../../src/store/actors.ts'
import { ownTables } from '../../../src/store/departures.ts'
import { findUser } from '../../../src/store/users.ts'
import { meet } from '../../support/meeting.ts'
import { FormBrowser } from '../../api/sign-in-kit.ts'
import { readMailFiles } from '../../support/mail-files.ts'
import { createMember } from '../../support/people.ts'
import { activityOf } from '../../support/remote-server.ts'
import { use } from '../../support/use.ts'

const meeting = await use(meet())

const words = 'PECULIARWORDS'
const get = (path: string, accept = 'text/html') =>
  fetch(meeting.server.origin + path, { headers: { accept }, redirect: 'manual' })
const activityJson = 'application/activity+json'

/** Somebody who lives here, posts, has an app, and is followed from elsewhere. */
async function settle(name: string): Promise<{ member: Actor; token: string; postId: string }> {
  const { ctx } = meeting.server
  const member = await createMember(ctx, name)
  const token = await issueToken(ctx, member.id, ['read', 'write'])
  const follower = await meeting.remote.addActor(`fan_of_${name}`)
  const object = `${meeting.server.origin}/users/${name}`
  await meeting.deliver(follower, activityOf(follower, 'Follow', { object }))
  const { id: postId } = await createPost(ctx, member, { text: `${words} by ${name}`, visibility: 'public' })
  await meeting.server.settle()
  return { member, token, postId }
}

const verify = (token: string) =>
  fetch(`${meeting.server.origin}/api/v1/accounts/verify_credentials`, {
    headers: { authorization: `Bearer ${token}` },
  })

describe('whoever leaves', () => {
  test('is hidden and signed out at once, not gone, and back as before by signing in', async () => {
    const { ctx } = meeting.server
    const { member, token, postId } = await settle('undoer')
    const browser = new FormBrowser(meeting.server.origin)
    await browser.signIn('undoer')
    await leave(ctx, member)
    await leave(ctx, member)
    await meeting.server.settle()
    expect((await verify(token)).status).toBe(401)
    expect((await browser.get('/auth/sessions')).status).toBe(303)
    expect((await get('/@undoer')).status).toBe(404)
    expect((await get(`/@undoer/${postId}`)).status).toBe(404)
    const hidden = (await (await get('/users/undoer', activityJson)).json()) as Record<string, unknown>
    expect(hidden).toMatchObject({ id: `${meeting.server.origin}/users/undoer`, suspended: true })
    expect(JSON.stringify(hidden)).not.toContain(words)
    const updates = () => meeting.remote.received('Update').filter(({ actor }) => actor.endsWith('/undoer'))
    expect(updates().at(-1)?.object).toMatchObject({ suspended: true, name: '' })
    expect(meeting.remote.received('Delete')).toEqual([])

    const refused = await browser.signIn('undoer')
    expect(refused.status).toBe(403)
    expect(await refused.text()).toMatch(/is to be deleted on \d{4}-\d\d-\d\d[\s\S]*name="keep"/)
    expect(await browser.signIn('undoer', 'wrong horse').then(({ status }) => status)).toBe(401)
    const kept = await browser.send('/auth/sign_in?again=true', '/auth/sign_in', {
      ...{ login: 'undoer', password: 'correct horse', keep: 'yes' },
    })
    expect(kept.status).toBe(303)
    await meeting.server.settle()
    expect((await get('/@undoer')).status).toBe(200)
    expect(await (await get(`/@undoer/${postId}`)).text()).toContain(words)
    expect(updates().at(-1)?.object).not.toHaveProperty('suspended')
    expect(await findUser(ctx.db, member.id)).toMatchObject({ leavingSince: null })
    const subjects = (await readMailFiles(ctx)).filter(({ text }) => text.includes('To: undoer@'))
    expect(subjects.map(({ text }) => /Subject: (.*)/.exec(text)?.[1])).toEqual([
      'Your account will be deleted',
      'Your account is kept',
    ])
  })

  test('may ask for it by an app, with the password beside the token', async () => {
    const { ctx, origin } = meeting.server
    const { member, token } = await settle('by_app')
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const ask = (password: string) =>
      fetch(`${origin}/api/v1/accounts/delete`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ password }),
      })
    expect((await ask('wrong horse')).status).toBe(403)
    expect(await findUser(ctx.db, member.id)).toMatchObject({ leavingSince: null })
    expect((await ask('correct horse')).status).toBe(200)
    expect((await findUser(ctx.db, member.id))?.leavingSince).not.toBeNull()
    expect((await ask('correct horse')).status).toBe(401)
  })

  test('is deleted when 30 days are over, and not before', async () => {
    const { ctx } = meeting.server
    const { member } = await settle('leaver')
    await leave(ctx, member)
    await closeLeftAccounts(ctx)
    await meeting.server.settle()
    expect((await findActor(ctx.db, member.id))?.deletedAt).toBeNull()
    const long = sql`now() - interval '30 days 1 minute'`
    await sql`update users set leaving_since = ${long} where account_id = ${member.id}::bigint`.execute(
      ctx.db,
    )
    await closeLeftAccounts(ctx)
    await meeting.server.settle()
    expect((await findActor(ctx.db, member.id))?.deletedAt).not.toBeNull()
    await expect(keepAccount(ctx, member.id)).rejects.toThrow('no such account')
  })

  test('whom others suspended may not leave by that, nor come back', async () => {
    const { ctx } = meeting.server
    const { member } = await settle('suspended')
    await sql`update accounts set suspended_at = now() where id = ${member.id}::bigint`.execute(ctx.db)
    await expect(leave(ctx, member)).rejects.toThrow('suspended')
    await expect(keepAccount(ctx, member.id)).rejects.toThrow('no such account')
  })
})

describe('what is deleted', () => {
  test('leaves the name alone: everybody who knew it is told, and nothing that was said remains', async () => {
    const { ctx, origin } = meeting.server
    const { member, token, postId } = await settle('goner')
    const reader = await meeting.elsewhere.addActor('reader')
    await meeting.follow(reader, member)
    await leaveAtOnce(ctx, member)
    await meeting.server.settle()

    const expected = {
      id: `${origin}/users/goner#delete`,
      actor: `${origin}/users/goner`,
      object: `${origin}/users/goner`,
    }
    for (const place of [meeting.remote, meeting.elsewhere]) {
      const told = place.received('Delete').filter(({ actor }) => actor.endsWith('/goner'))
      expect(told).toMatchObject([expected])
    }
    for (const path of ['/users/goner', `/users/goner/statuses/${postId}`, '/users/goner/outbox']) {
      const answer = await get(path, activityJson)
      expect([path, answer.status]).toEqual([path, 410])
      expect(await answer.json()).toMatchObject({ type: 'Tombstone', id: origin + path })
    }
    for (const path of ['/@goner', `/@goner/${postId}`]) expect((await get(path)).status).toBe(410)
    expect((await verify(token)).status).toBe(401)
    await expect(createMember(ctx, 'Goner')).rejects.toThrow('taken')

    const left = await findEverywhere(['goner@mail.example', `${words} by goner`])
    expect(left).toEqual([])
    await eraseAccount(ctx, { accountId: member.id })
    const keys = await sql`select from account_private_keys p join account_keys k on k.id = p.key_id
      where k.account_id = ${member.id}::bigint`.execute(ctx.db)
    expect(keys.rows).toEqual([])
  })

  test('is erased whole also when that was broken off, and again', async () => {
    const { ctx } = meeting.server
    const { member } = await settle('broken')
    for (let index = 0; index < 3; index++)
      await createPost(ctx, member, { text: `${words} ${index} by broken`, visibility: 'public' })
    await meeting.server.settle()
    await transact(ctx, (tx) => markAccountDeleted(tx.db, member.id, ctx.now()))
    let left = 2
    const now = (): Date => {
      if (left-- === 0) throw new Error('The process ends here')
      return new Date()
    }
    const erase = (given: Context) => eraseAccount(given, { accountId: member.id })
    await expect(erase({ ...ctx, now })).rejects.toThrow('The process ends here')
    expect(await findUser(ctx.db, member.id)).toBeDefined()
    await erase(ctx)
    await erase(ctx)
    expect(await findUser(ctx.db, member.id)).toBeUndefined()
    expect(await findEverywhere([`by broken`, 'broken@mail.example'])).toEqual([])
  })

  test('is never somebody who did not ask', async () => {
    const { ctx } = meeting.server
    const { member } = await settle('stayer')
    await eraseAccount(ctx, { accountId: member.id })
    expect(await findUser(ctx.db, member.id)).toBeDefined()
    expect((await get('/@stayer')).status).toBe(200)
  })
})

test('The last owner leaves only by saying so', async () => {
  const { ctx } = meeting.server
  const owner = (username: string) =>
    createAccount(ctx, {
      username,
      email: `${username}@mail.example`,
      password: 'correct horse',
      role: 'owner',
    })
  const first = await owner('first')
  await expect(leave(ctx, first)).rejects.toThrow('last account that owns')
  const second = await owner('second')
  await leave(ctx, first)
  await expect(leave(ctx, second)).rejects.toThrow('last account that owns')
  await leave(ctx, second, { evenLastOwner: true })
  expect((await findUser(ctx.db, second.id))?.leavingSince).not.toBeNull()
  const owners = [await owner('third'), await owner('fourth'), await owner('fifth')]
  const left = await Promise.allSettled(owners.map((one) => leave(ctx, one)))
  expect(left.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected'])
})

/** Tables that keep a row of an account on purpose: the name and its public keys, and what is left of posts. */
const kept = ['account_keys', 'former_identities', 'outgoing_activities', 'posts', 'users', 'media']

test('Every table that says whose a row is, is known to whoever erases', async () => {
  const { rows } = await sql<{ name: string }>`
    select distinct c.conrelid::regclass::text as name from pg_constraint c
    where c.contype = 'f' and c.confrelid in ('accounts'::regclass, 'users'::regclass)`.execute(
    meeting.server.ctx.db,
  )
  const known = Object.keys(ownTables).map((name) =>
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  )
  expect(rows.map(({ name }) => name).filter((name) => ![...known, ...kept].includes(name))).toEqual([])
})

/** Where in the whole database one of these texts stands. */
async function findEverywhere(texts: readonly string[]): Promise<string[]> {
  const { db } = meeting.server.ctx
  const tables = await sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'pgboss')`.execute(db)
  const found: string[] = []
  for (const { name } of tables.rows)
    for (const text of texts) {
      const hit =
        await sql`select from ${sql.table(name)} t where t::text like ${`%${text}%`} limit 1`.execute(db)
      if (hit.rows.length > 0) found.push(`${name}: ${text}`)
    }
  return found
}
