/** The classes by which clients show less of a link than it says. */
const hiding = /^(?:invisible|ellipsis)$/

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

/**
 * Takes the classes that hide parts of a text from every link that is not written as its own address with its host in
 * sight: whoever reads a link sees where it leads.
 * @param html as the sanitiser writes it: well-formed, attributes in double quotes, `<` and `>` escaped
 */
export function showHosts(html: string): string {
  if (!/class="[^"]*(?:invisible|ellipsis)/.test(html)) return html
  const tokens = html.split(/(<[^>]*>)/)
  for (let index = 0; index < tokens.length; index++) {
    if (!/^<a[\s>]/.test(tokens[index] ?? '')) continue
    const end = endOfLink(tokens, index)
    const link = tokens.slice(index, end)
    if (!isHonest(link)) tokens.splice(index, link.length, ...link.map(withoutHiding))
    index = end - 1
  }
  return tokens.join('')
}

/** Behind the `</a>` that closes it. */
function endOfLink(tokens: readonly string[], start: number): number {
  let depth = 0
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index] ?? ''
    if (/^<a[\s>]/.test(token)) depth += 1
    if (token === '</a>' && --depth === 0) return index + 1
  }
  return tokens.length
}

function isHonest(link: readonly string[]): boolean {
  const href = decode(/\shref="([^"]*)"/.exec(link[0] ?? '')?.[1] ?? '')
  const { all, visible } = textsOf(link)
  const url = URL.parse(href)
  if (url === null || url.host === '') return false
  const isAddress = URL.parse(all)?.href === url.href || href.startsWith(all)
  return isAddress && [url.host, url.host.replace(/^www\./, '')].includes(hostIn(visible, url.protocol))
}

/** The host that a reader takes a text for, as URLs spell it. */
function hostIn(visible: string, protocol: string): string {
  const [written = ''] = visible.replace(/^[a-z][a-z\d+.-]*:\/\//i, '').split(/[/?#]/, 1)
  return URL.parse(`${protocol}//${written}`)?.host ?? ''
}

/** What a link says, and what of it is to be seen. */
function textsOf(link: readonly string[]): { all: string; visible: string } {
  const open: boolean[] = []
  let [all, visible] = ['', '']
  for (const token of link) {
    if (token.startsWith('</')) open.pop()
    else if (token.startsWith('<')) {
      if (!token.startsWith('<br')) open.push(/\sclass="(?:[^"]*\s)?invisible[\s"]/.test(token))
    } else {
      all += token
      if (!open.includes(true)) visible += token
    }
  }
  return { all: decode(all).trim(), visible: decode(visible).trim() }
}

function withoutHiding(token: string): string {
  if (!token.startsWith('<')) return token
  return token.replace(/\sclass="([^"]*)"/, (_, classes: string) => {
    const kept = classes.split(' ').filter((name) => !hiding.test(name))
    return kept.length > 0 ? ` class="${kept.join(' ')}"` : ''
  })
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => entities[entity] ?? entity)
}
