import { kinds } from '../support/receivers/kinds.ts'

/** What became of the follower on each kind of server, as lines of text: these are imitations of them. */
export function formatKept(how: string, ledger: Readonly<Record<string, string | undefined>>): string {
  const words: Readonly<Record<string, string>> = {
    followed: 'kept',
    told: 'told, stays',
    unreachable: 'not told',
  }
  const rows = kinds.map(({ name, version }) => {
    const [say = '-', state = '-'] = ledger[name]?.split(' ') ?? []
    return `  ${name.padEnd(22)} ${version.padEnd(14)} ${say.padEnd(14)} ${words[state] ?? state}`
  })
  const kept = Object.values(ledger).filter((word) => word?.endsWith(' followed')).length
  return [`Followers kept ${how} (simulated): ${kept} of ${rows.length} kinds`, ...rows, ''].join('\n')
}
