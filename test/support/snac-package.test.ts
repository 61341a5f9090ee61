import { describe, expect, test } from 'vitest'
import { withBackports } from './snac-package.ts'

describe('withBackports', () => {
  test('adds the suite to a list of one-line entries and drops what is not of the release', () => {
    const list = [
      '# deb http://deb.debian.org/debian trixie main',
      'deb [signed-by=/etc/key.gpg] http://deb.debian.org/debian bookworm main contrib',
      'deb http://deb.debian.org/debian-security bookworm-security main',
      'deb https://vendor.example/apt nodistro main',
    ].join('\n')
    expect(withBackports(list, 'bookworm').trim().split('\n')).toEqual([
      'deb [signed-by=/etc/key.gpg] http://deb.debian.org/debian bookworm main contrib',
      'deb [signed-by=/etc/key.gpg] http://deb.debian.org/debian bookworm-backports main contrib',
    ])
  })

  test('rewrites the suites of a deb822 stanza and keeps its other fields', () => {
    const debian =
      'Types: deb\nURIs: http://a\nSuites: trixie trixie-updates\nComponents: main\nSigned-By: /k'
    const vendor = 'Types: deb\nURIs: https://vendor.example\nSuites: stable\nComponents: main'
    expect(withBackports(`${debian}\n\n${vendor}\n`, 'trixie').trim()).toBe(
      debian.replace('trixie trixie-updates', 'trixie trixie-backports'),
    )
  })
})
