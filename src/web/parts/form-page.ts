import { markup, type Html, type Piece } from '../html.ts'
import { page } from '../layout.ts'

export type FormPage = {
  readonly title: string
  readonly siteName: string
  readonly lead?: Piece
  /** What went wrong, in a sentence. */
  readonly problem?: string | undefined
  /** What was done, in a sentence. */
  readonly note?: string | undefined
  /** Before the heading, such as the way back. */
  readonly before?: Piece
  /** More elements of the head. */
  readonly more?: Piece
}

/** A narrow page around a form or two, the same everywhere. */
export function formPage(
  { title, siteName, lead, problem, note, before, more }: FormPage,
  body: Piece,
): Html {
  const content = markup`<div class="form-page">
${before}<h1>${title}</h1>
${lead !== undefined && markup`<p class="lead">${lead}</p>\n`}${note !== undefined && markup`<p class="notice" role="status">${note}</p>\n`}${problem !== undefined && markup`<p class="notice problem" role="alert">${problem}</p>\n`}${body}
</div>`
  return page({ title, siteName, searchable: false, more }, content)
}

type Field = {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password' | 'url'
  readonly value?: string | undefined
  readonly autocomplete: string
  readonly maxLength?: number
  readonly minLength?: number
  readonly isRequired?: boolean
  /** What is asked for, below the field. */
  readonly hint?: Piece
  readonly problem?: string | undefined
}

/** A field of one line with its label; what is wrong with it is said to those who do not see it, too. */
export function inputField(field: Field): Html {
  const { name, label, type = 'text', value = '', autocomplete, hint, problem } = field
  return markup`<p class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" autocapitalize="none" autocorrect="off" spellcheck="false"${limits(field)}${describedBy(field)}>
${hint !== undefined && markup`<span class="hint" id="${name}-hint">${hint}</span>`}
${problem !== undefined && markup`<span class="field-problem" id="${name}-problem">${problem}</span>`}</p>`
}

function limits({ maxLength = 1000, minLength, isRequired = true }: Field): Html {
  return markup` maxlength="${maxLength}"${minLength !== undefined && markup` minlength="${minLength}"`}${isRequired && markup` required`}`
}

function describedBy({ name, hint, problem }: Field): Piece {
  const notes = [hint !== undefined && `${name}-hint`, problem !== undefined && `${name}-problem`]
  const ids = notes.filter((id) => id !== false).join(' ')
  return [
    ids !== '' && markup` aria-describedby="${ids}"`,
    problem !== undefined && markup` aria-invalid="true"`,
  ]
}

export function textArea(field: Omit<Field, 'type' | 'minLength' | 'autocomplete'> & { rows: number }): Html {
  const { name, label, value = '', hint, problem, maxLength = 2000, isRequired = false, rows } = field
  return markup`<p class="field"><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="${rows}" maxlength="${maxLength}"${isRequired && markup` required`}${problem !== undefined && markup` aria-invalid="true"`}>
${value}</textarea>
${hint !== undefined && markup`<span class="hint">${hint}</span>`}
${problem !== undefined && markup`<span class="field-problem">${problem}</span>`}</p>`
}

export function checkbox(box: {
  name: string
  label: Piece
  isChecked?: boolean
  isRequired?: boolean
}): Html {
  const { name, label, isChecked = false, isRequired = false } = box
  return markup`<p class="check"><label><input type="checkbox" name="${name}" value="yes"${isChecked && markup` checked`}${isRequired && markup` required`}> <span>${label}</span></label></p>`
}

export function submitButton(label: string, kind: 'primary' | 'danger' | 'plain' = 'primary'): Html {
  const names = { primary: 'button primary', danger: 'button danger', plain: 'button' }
  return markup`<p class="actions"><button class="${names[kind]}" type="submit">${label}</button></p>`
}
