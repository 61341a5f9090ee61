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
  /** What was done before, in a sentence. */
  readonly note?: string | undefined
  /** An account that is to be deleted is kept by signing in. */
  readonly keeps?: boolean
  /** Whether strangers may make an account. */
  readonly maySignUp: boolean
}

export function signInPage(form: SignInForm): Html {
  const { siteName, token, next, login = '', problem, note, keeps = false, maySignUp } = form
  const body = markup`<div class="form-page">
<h1>Sign in</h1>
<p class="lead">With your account on ${siteName}.</p>
${note !== undefined && markup`<p class="notice" role="status">${note}</p>`}
${problem !== undefined && markup`<p class="notice problem" role="alert">${problem}</p>`}
<form class="panel form" method="post" action="/auth/sign_in">
${token}
${next !== undefined && markup`<input type="hidden" name="next" value="${next}">`}
<p class="field"><label for="login">Username or e-mail address</label>
<input id="login" name="login" type="text" value="${login}" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="320" required></p>
<p class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000" required></p>
${keeps && markup`<input type="hidden" name="keep" value="yes">`}
<p class="actions"><button class="button primary" type="submit">${keeps ? 'Keep my account' : 'Sign in'}</button></p>
</form>
<ul class="hint links">
<li><a href="/auth/password/new">Forgotten password</a></li>
<li><a href="/auth/confirmation/new">No mail came to confirm your address</a></li>
${maySignUp && markup`<li><a href="/auth/sign_up">Sign up</a></li>`}
</ul>
</div>`
  return page({ title: 'Sign in', siteName, searchable: false }, body)
}
