import { expect, test } from 'vitest'
import { allowDomain, blockDomain } from '../../../src/domain/moderation/block-domain.ts'
import { isDomainBlocked, listDomainBlocks } from '../../../src/store/hosts.ts'
import { createTestContext } from '../../support/context.ts'
import { use } from '../../support/use.ts'

const { ctx } = await use(createTestContext())

test('A block covers a domain and what lies under it, on any port, until it is lifted', async () => {
  expect(await blockDomain(ctx, 'Evil.Example', 'spam')).toBe('evil.example')
  const covered = ['evil.example', 'EVIL.example', 'a.b.evil.example', 'evil.example:8443']
  for (const host of covered) expect(await isDomainBlocked(ctx.db, host), host).toBe(true)
  const others = ['example', 'notevil.example', 'evil.example.other.example']
  for (const host of others) expect(await isDomainBlocked(ctx.db, host), host).toBe(false)
  await allowDomain(ctx, 'EVIL.example')
  for (const host of covered) expect(await isDomainBlocked(ctx.db, host), host).toBe(false)
})

test('A domain is kept as hosts are written', async () => {
  expect(await blockDomain(ctx, 'Bücher.example', 'first')).toBe('xn--bcher-kva.example')
  await blockDomain(ctx, 'xn--bcher-kva.example', 'second')
  expect(await listDomainBlocks(ctx.db)).toEqual([{ domain: 'xn--bcher-kva.example', comment: 'second' }])
})

test.each(['', 'https://evil.example', 'evil.example/path', 'a@evil.example', 'two words', '#'])(
  '%j is not a domain',
  async (domain) => {
    await expect(blockDomain(ctx, domain, '')).rejects.toMatchObject({ code: 'invalid' })
  },
)

test.each(['home.example', 'example'])('%s covers ourselves', async (domain) => {
  await expect(blockDomain(ctx, domain, '')).rejects.toMatchObject({ code: 'invalid' })
})

test('What is not blocked cannot be allowed', async () => {
  await expect(allowDomain(ctx, 'fine.example')).rejects.toMatchObject({ code: 'not_found' })
})
