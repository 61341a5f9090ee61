import { describe, expect, test } from 'vitest'
import { detectMediaType } from '../../src/lib/media-type.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const box = (brand: string) => bytes(`\0\0\0\x20ftyp${brand}\0\0\0\0`)

describe('a file is what its first bytes say', () => {
  test.each([
    ['image/png', bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['image/jpeg', bytes('\xff\xd8\xff\xe0\0\x10JFIF')],
    ['image/gif', bytes('GIF89a..')],
    ['image/webp', bytes('RIFF\x01\0\0\0WEBPVP8 ')],
    ['image/avif', box('avif')],
    ['video/mp4', box('isom')],
    ['video/mp4', box('mp42')],
    ['video/quicktime', box('qt  ')],
    ['audio/mp4', box('M4A ')],
    ['video/webm', bytes('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['audio/ogg', bytes('OggS\0\x02')],
    ['audio/flac', bytes('fLaC\0')],
    ['audio/mpeg', bytes('ID3\x04\0')],
    ['audio/mpeg', bytes('\xff\xfb\x90\x64')],
    ['audio/aac', bytes('\xff\xf1\x50\x80')],
    ['audio/wav', bytes('RIFF\x01\0\0\0WAVEfmt ')],
  ])('%s', (type, head) => {
    expect(detectMediaType(head, '')?.type).toBe(type)
    expect(detectMediaType(head, `${type.split('/')[0]}/*; charset=utf-8`)?.type).toBe(type)
    expect(detectMediaType(head, 'text/html')).toBeUndefined()
  })

  test.each([
    [
      'a container without a picture',
      bytes('\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm'),
      'audio/webm',
      'audio/webm',
    ],
    ['Ogg with one', bytes('OggS\0\x02'), 'video/ogg', 'video/ogg'],
    ['MP4 without one', box('isom'), 'audio/mp4', 'audio/mp4'],
  ])('%s is what it is called', (_, head, declared, type) => {
    expect(detectMediaType(head, declared)?.type).toBe(type)
  })
})

test.each([
  ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
  ['HTML', bytes('<!doctype html>')],
  ['XML', bytes('<?xml version="1.0"?>')],
  ['PDF', bytes('%PDF-1.7')],
  ['Matroska', bytes('\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska')],
  ['another box', box('heic')],
  ['text in UTF-16', bytes('\xff\xfe<\0h\0')],
  ['too little', bytes('\x89PNG')],
  ['nothing', bytes('')],
  ['an icon', bytes('\0\0\x01\0\x01\0')],
])('%s is none of what is shown', (_, head) => {
  for (const declared of ['', 'image/png', 'video/mp4', 'audio/mpeg', 'application/octet-stream'])
    expect(detectMediaType(head, declared)).toBeUndefined()
})
