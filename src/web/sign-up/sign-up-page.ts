import type { InstanceSettings } from '../../domain/instance/settings.ts'
import type { SignUpProblems } from '../../domain/accounts/sign-up.ts'
import { shortestPassword } from '../../domain/auth/password-rule.ts'
import type { Sent } from '../forms.ts'
import { markup, type Html } from '../html.ts'
import { checkbox, formPage, inputField, submitButton, textArea } from '../parts/form-page.ts'

export type SignUpForm = {
  readonly siteName: string
  readonly settings: Pick<InstanceSettings, 'registrations' | 'rules'>
  readonly token: Html
  /** The sealed moment at which this form was opened. */
  readonly opened: string
  readonly sent: Sent
  readonly problems: SignUpProblems
  readonly problem: string | undefined
}

export function signUpPage(form: SignUpForm): Html {
  const { siteName, settings, token, opened, problem, problems } = form
  const isAsked = settings.registrations === 'approval'
  const lead = isAsked
    ? `On ${siteName}. Those who run this place read what you write, and let you in.`
    : `On ${siteName}: from here you can follow and talk with people on thousands of other servers.`
  const isWrong = Object.keys(problems).length > 0
  return formPage(
    {
      title: 'Sign up',
      siteName,
      lead,
      problem: problem ?? (isWrong ? 'Something is not right yet.' : undefined),
    },
    markup`<form class="panel form" method="post" action="/auth/sign_up">
${token}
<input type="hidden" name="opened" value="${opened}">
<p class="field nobody"><label for="website">Leave this empty</label>
<input id="website" name="website" type="text" autocomplete="off" tabindex="-1"></p>
${fields(form)}
${isAsked && reasonField(form)}
${checkbox({ name: 'discoverable', label: 'Show me where people look for somebody to follow', isChecked: form.sent('discoverable') !== '' })}
${rules(settings)}
${submitButton(isAsked ? 'Ask to be let in' : 'Sign up')}
</form>
<p class="hint">Do you live here already? <a href="/auth/sign_in">Sign in</a></p>`,
  )
}

function fields({ sent, problems, siteName }: SignUpForm): Html {
  const problemOf = (name: keyof SignUpProblems): string | undefined => describe(problems, name)
  const username = { name: 'username', label: 'Username', autocomplete: 'username', maxLength: 30 }
  const email = { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email' } as const
  const password = { name: 'password', label: 'Password', type: 'password' } as const
  const nameHint = markup`Letters, digits and underscores. Others find you as @name@${siteName}, and it cannot be changed.`
  return markup`${inputField({ ...username, value: sent('username'), problem: problemOf('username'), hint: nameHint })}
${inputField({ ...email, maxLength: 320, value: sent('email'), problem: problemOf('email'), hint: 'A link is sent there. Nobody else sees it.' })}
${inputField({
  ...password,
  ...{ autocomplete: 'new-password', minLength: shortestPassword, problem: problemOf('password') },
  hint: `At least ${shortestPassword} characters.`,
})}`
}

function reasonField({ sent, problems }: SignUpForm): Html {
  const field = { name: 'reason', label: 'Why would you like to live here?', rows: 4, isRequired: true }
  return textArea({ ...field, value: sent('reason'), problem: describe(problems, 'reason') })
}

function rules({ rules: all }: SignUpForm['settings']): Html {
  const label =
    all.length > 0 ? 'I keep to these rules.' : 'I treat others here and elsewhere as I would be treated.'
  return markup`${
    all.length > 0 &&
    markup`<h2>The rules</h2>
<ol class="rules">${all.map(({ text, hint }) => markup`<li>${text}${hint !== '' && markup` <span class="hint">${hint}</span>`}</li>\n`)}</ol>`
  }
${checkbox({ name: 'agreement', label, isRequired: true })}`
}

/** A sentence of each problem of a field. */
function describe(problems: SignUpProblems, name: keyof SignUpProblems): string | undefined {
  const found = problems[name]
  return found && `This ${found.map(({ description }) => description).join(', and ')}.`
}

export function closedPage(siteName: string, message: string | null): Html {
  const lead = message ?? `Accounts on ${siteName} are made by whoever runs it, for people they know.`
  return formPage(
    { title: 'Nobody can sign up here', siteName, lead },
    markup`<p><a href="/">To the front page</a></p>`,
  )
}
