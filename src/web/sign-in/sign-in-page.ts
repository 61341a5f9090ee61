import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'

export type SignInForm = {
  readonly siteName: string
  /** The hidden field that `requireOwnForm` asks for. */
  readonly token: Html
  /** Where it goes on afterwards, a path of ours. */
  readonly next: string | undefined
  /** What was typed before. */
  readonly login?: string
  readonly problem?: string
}

export function signInPage({ siteName, token, next, login = '', problem }: SignInForm): Html {
  const body = markup`<div class="form-page">
<h1>Sign in</h1>
<p class="lead">With your account on ${siteName}.</p>
${problem !== undefined && markup`<p class="notice problem" role="alert">${problem}</p>`}
<form class="panel form" method="post" action="/auth/sign_in">
${token}
${next !== undefined && markup`<input type="hidden" name="next" value="${next}">`}
<p class="field"><label for="login">Username or e-mail address</label>
<input id="login" name="login" type="text" value="${login}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="320" required></p>
<p class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000" required></p>
<p class="actions"><button class="button primary" type="submit">Sign in</button></p>
</form>
</div>`
  return page({ title: 'Sign in', siteName, searchable: false }, body)
}
