const voidElements = new Set(['meta', 'link', 'img', 'br', 'wbr', 'hr', 'input'])
/** Of SVG, closed by themselves. */
const selfClosing = /\/$/
const tag = /<(?<closing>\/?)(?<name>[a-z][a-z0-9]*)(?<attributes>(?:\s+[a-z:-]+(?:="[^"<]*")?)*\s*\/?)>/gi

/**
 * What is wrong with a document of ours: tags that do not match, text with a stray `<`, an id used twice, and
 * anything that our policy would not let run (scripts, inline styles, handlers, `javascript:`).
 */
export function findMarkupProblems(document: string): string[] {
  const body = document.replace(/^<!doctype html>/, '')
  const tags = [...body.matchAll(tag)].map(({ groups = {} }) => groups as Tag)
  return [...findImbalance(tags), ...findStray(body), ...findRepeatedIds(body), ...tags.flatMap(findActive)]
}

type Tag = { readonly closing: string; readonly name: string; readonly attributes: string }

function findImbalance(tags: readonly Tag[]): string[] {
  const open: string[] = []
  for (const { closing, name, attributes } of tags) {
    if (closing === '' && !voidElements.has(name) && !selfClosing.test(attributes)) open.push(name)
    if (closing !== '' && open.at(-1) !== name) return [`</${name}> closes ${open.at(-1) ?? 'nothing'}`]
    if (closing !== '') open.pop()
  }
  return open.map((name) => `<${name}> is never closed`)
}

function findStray(body: string): string[] {
  return body
    .replace(tag, '')
    .split('\n')
    .filter((line) => /[<>]/.test(line))
    .map((line) => `no tag: ${line.trim()}`)
}

function findRepeatedIds(body: string): string[] {
  const ids = [...body.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id ${id} is used twice`)
}

function findActive({ name, attributes }: Tag): string[] {
  const active = ['script', 'style', 'iframe', 'object', 'embed', 'base'].includes(name)
  const names = attributes.replace(/="[^"]*"/g, '=')
  const inline = /\s(?:on[a-z]+|style)=/i.test(names) || /="\s*javascript:/i.test(attributes)
  return active || inline ? [`<${name}${attributes}> is not allowed`] : []
}
