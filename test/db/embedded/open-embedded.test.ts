import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OperatorError } from '../../../src/lib/errors.ts'
import { until } from '../../support/until.ts'
import { ask, makeDataDir, open, serverOf, spawnHolder, startHolder } from './support.ts'

describe('an embedded database', () => {
  test('is made on the first start and found again on the next', async () => {
    const dataDir = await makeDataDir()
    const first = await open(dataDir)
    await ask(first.connectionString, 'create table kept as select 42 as answer')
    await first.close()
    expect(await serverOf(dataDir)).toBeUndefined()

    const second = await open(dataDir)
    expect([first.started, second.started]).toEqual([true, true])
    expect(await ask(second.connectionString, 'select answer from kept')).toEqual({ answer: 42 })
    await second.close()
  })

  test('is ready for replication, checks its pages and sorts by code point', async () => {
    const dataDir = await makeDataDir()
    const { connectionString, close } = await open(dataDir)
    const facts = await ask(
      connectionString,
      `select current_setting('wal_level') as wal, current_setting('data_checksums') as checksums,
         current_setting('server_encoding') as encoding, datlocale as locale, current_database() as name
       from pg_database where datname = current_database()`,
    )
    expect(facts).toEqual({
      wal: 'logical',
      checksums: 'on',
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      name: 'holdfast',
    })
    await close()
  })

  test('listens on loopback only, with a password that only the owner can read', async () => {
    const dataDir = await makeDataDir()
    const { connectionString, close } = await open(dataDir)
    const modes = await Promise.all(
      ['.', 'postgres', 'postgres.password', 'postgres.log'].map(
        async (name) => (await stat(join(dataDir, name))).mode & 0o777,
      ),
    )
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600])
    const wrong = new URL(connectionString)
    wrong.password = 'guess'
    await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
    expect(await ask(connectionString, 'show listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' })
    expect(await ask(connectionString, 'show unix_socket_directories')).toEqual({
      unix_socket_directories: '',
    })
    await close()
  })

  test('is taken over when the process that started it was killed', async () => {
    const dataDir = await makeDataDir()
    const holder = await startHolder(dataDir)
    const server = await serverOf(dataDir)
    await holder.end('SIGKILL')

    const next = await open(dataDir)
    expect(next).toMatchObject({ started: false, connectionString: holder.connectionString })
    expect(await serverOf(dataDir)).toBe(server)
    await next.close()
    expect(await serverOf(dataDir)).toBeUndefined()
  })

  test('is made once when several processes start at the same time', async () => {
    const dataDir = await makeDataDir()
    const opened = await Promise.all([startHolder(dataDir), startHolder(dataDir), open(dataDir)])
    expect(opened.filter(({ started }) => started)).toHaveLength(1)
    expect(new Set(opened.map(({ connectionString }) => connectionString)).size).toBe(1)
    await opened[2].close()
    await Promise.all([opened[0].end('SIGTERM'), opened[1].end('SIGTERM')])
    expect(await serverOf(dataDir)).toBeUndefined()
  })

  test('goes on while another process uses it', async () => {
    const dataDir = await makeDataDir()
    const starter = await open(dataDir)
    const other = await startHolder(dataDir)
    const server = await serverOf(dataDir)
    await starter.close()
    expect(await serverOf(dataDir)).toBe(server)
    expect(await ask(other.connectionString, 'select 1 as alive')).toEqual({ alive: 1 })
    await other.end('SIGTERM')
    expect(await serverOf(dataDir)).toBeUndefined()
  })

  test.each(['SIGKILL', 'SIGQUIT'] as const)(
    'comes back on its port when its server gets %s',
    async (signal) => {
      const dataDir = await makeDataDir()
      const embedded = await open(dataDir)
      const server = (await serverOf(dataDir)) ?? 0
      process.kill(server, signal)
      await until('another server answers on the same port', async () => {
        const { pid } = await ask(embedded.connectionString, 'select pg_backend_pid() as pid')
        return typeof pid === 'number' && (await serverOf(dataDir)) !== server
      })
      await embedded.close()
      expect(await serverOf(dataDir)).toBeUndefined()
    },
  )

  test('starts although the pid of its dead server belongs to somebody else now', async () => {
    const dataDir = await makeDataDir()
    await (await open(dataDir)).close()
    const leftover = [process.pid, join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', '1 1', 'ready']
    await writeFile(join(dataDir, 'postgres/postmaster.pid'), leftover.join('\n'))
    const embedded = await open(dataDir)
    expect(embedded.started).toBe(true)
    await embedded.close()
  })

  test('is made anew when the process that was making it was killed', async () => {
    const dataDir = await makeDataDir()
    const maker = spawnHolder(dataDir)
    const findPartial = async () => (await readdir(dataDir)).find((name) => name.includes('.partial-'))
    const partial = await until('initdb is at work', findPartial)
    maker.kill('SIGKILL')
    await once(maker, 'exit')
    expect(await readdir(dataDir)).not.toContain('postgres')

    const embedded = await open(dataDir)
    expect(embedded.started).toBe(true)
    expect(await readdir(dataDir)).not.toContain(partial)
    await embedded.close()
  })

  test('of another major version is refused and left alone', async () => {
    const dataDir = await makeDataDir()
    await (await open(dataDir)).close()
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '17\n')
    const refusal = open(dataDir)
    await expect(refusal).rejects.toThrow(OperatorError)
    await expect(refusal).rejects.toThrow(
      /made by PostgreSQL 17, .* brings PostgreSQL 18: .*Upgrading PostgreSQL/,
    )
    expect(await serverOf(dataDir)).toBeUndefined()
  })

  test('is never replaced by an empty one when its password or its place is lost', async () => {
    const dataDir = await makeDataDir()
    await (await open(dataDir)).close()
    await rename(join(dataDir, 'postgres.password'), join(dataDir, 'elsewhere'))
    await expect(open(dataDir)).rejects.toThrow(/postgres.password is missing/)
    await writeFile(join(dataDir, 'postgres.password'), 'another', { mode: 0o600 })
    await expect(open(dataDir)).rejects.toThrow(/does not open the database/)
    expect(await serverOf(dataDir)).toBeUndefined()
  })

  test('runs in a session of its own and as nobody of importance', async () => {
    const dataDir = await makeDataDir()
    const embedded = await open(dataDir)
    const server = (await serverOf(dataDir)) ?? 0
    const { uid } = await stat(join(dataDir, 'postgres'))
    expect(uid).not.toBe(0)
    expect(sessionOf(server)).toBe(server)
    await embedded.close()
  })
})

function sessionOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'sess=', '-p', String(pid)], { encoding: 'utf8' }))
}
