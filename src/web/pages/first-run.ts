import type { Home } from '../../domain/accounts/addresses.ts'
import { kelpDrawing } from '../assets.ts'
import { markup, type Html } from '../html.ts'

/** Nobody lives here: whoever looks has most likely just started the server, and is told what comes next. */
export function firstRun({ handleDomain }: Home): Html {
  return markup`<div class="hero">
<div>
<h1>${handleDomain}</h1>
<p class="lead">This place on the fediverse has taken hold, and is ready for its first person.</p>
</div>
${kelpDrawing}
</div>
<section class="panel first-run" aria-labelledby="begin">
<h2 id="begin">If you run this server</h2>
<ol class="steps">
<li><p>Make the first account, in the directory where the server was started:</p>
<pre tabindex="0"><code>npx holdfast account create alice --email alice@example.org --password '…' --role owner</code></pre></li>
<li><p>Say something with it:</p>
<pre tabindex="0"><code>npx holdfast post alice "Hello, fediverse!"</code></pre></li>
<li><p>Look at this page again. The world can now follow <code>@alice@${handleDomain}</code> from any fediverse
app.</p></li>
</ol>
</section>
<section class="panel" aria-labelledby="visitor">
<h2 id="visitor">If you came to visit</h2>
<p>You are early: nobody lives here yet. Come back soon.</p>
</section>`
}
