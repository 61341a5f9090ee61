const MATH_END = '</math>'

/**
 * Formulas as the text that they were made from, which is what remains of MathML here, as at Mastodon: TeX between
 * dollars, else plain text (FEP-dc88). What has neither is left for the sanitiser to drop.
 * @param html foreign markup; what comes out is as foreign
 */
export function mathToText(html: string): string {
  const pieces: string[] = []
  let rest = html
  for (;;) {
    const start = rest.search(/<math[\s>]/i)
    const end = start < 0 ? -1 : indexOfMathEnd(rest, start)
    if (end < 0) return pieces.join('') + rest
    const formula = rest.slice(start, end)
    pieces.push(rest.slice(0, start), textOf(formula) ?? formula)
    rest = rest.slice(end)
  }
}

function indexOfMathEnd(html: string, start: number): number {
  const index = html.indexOf(MATH_END, start)
  return index < 0 ? -1 : index + MATH_END.length
}

function textOf(formula: string): string | undefined {
  const [open = ''] = /^<math[^>]*>/i.exec(formula) ?? []
  const tex = annotationOf(formula, 'application/x-tex')
  if (tex !== undefined) return /\sdisplay="block"/.test(open) ? `$$${tex}$$` : `$${tex}$`
  return annotationOf(formula, 'text/plain')
}

function annotationOf(formula: string, encoding: string): string | undefined {
  const open = `<annotation encoding="${encoding}">`
  const start = formula.indexOf(open)
  const end = formula.indexOf('</annotation>', start)
  return start < 0 || end < 0 ? undefined : formula.slice(start + open.length, end)
}
