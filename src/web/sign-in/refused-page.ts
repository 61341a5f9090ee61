import { markup, type Html } from '../html.ts'
import { page } from '../layout.ts'

/**
 * The app asked for what cannot be. Nobody is sent anywhere by that alone: anybody can register an app.
 * @param back where the app would learn of it, if it is known to be one of its addresses
 */
export function refusedPage(siteName: string, problem: string, back?: { app: string; url: string }): Html {
  const body = markup`<div class="failure">
<h1>This app asks in a way that does not work</h1>
<p class="lead">${problem}</p>
<p>Try again from the app; if that does not help, tell its makers.</p>
${back !== undefined && markup`<p><a class="button" href="${back.url}">Go back to ${back.app}</a></p>`}
</div>`
  return page({ title: 'That did not work', siteName, searchable: false }, body)
}
