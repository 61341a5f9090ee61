import { randomBytes } from 'node:crypto'

const consonants = 'bdfghjklmnprstvz'
const vowels = 'aiou'
const words = 6

/**
 * A passphrase of 96 random bits in words that can be read out and written down: each is a proquint,
 * https://arxiv.org/html/0901.4016
 */
export function suggestPassphrase(): string {
  const bytes = randomBytes(words * 2)
  return Array.from({ length: words }, (_, index) => toProquint(bytes.readUInt16BE(index * 2))).join(' ')
}

function toProquint(number: number): string {
  const consonant = (shift: number): string => consonants[(number >> shift) & 15]!
  const vowel = (shift: number): string => vowels[(number >> shift) & 3]!
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0)
}
