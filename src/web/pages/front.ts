import { handleOf } from '../../domain/accounts/addresses.ts'
import { describeInstance, type InstanceDescription } from '../../domain/instance/describe-instance.ts'
import { readSettings, type InstanceSettings } from '../../domain/instance/settings.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { listDiscoverableAccounts, type Actor } from '../../store/actors.ts'
import { listPublicPosts } from '../../store/statuses.ts'
import { kelpDrawing } from '../assets.ts'
import { formatCount } from '../format.ts'
import { markup, type Html } from '../html.ts'
import { openGraph, page } from '../layout.ts'
import { peopleList } from '../parts/byline.ts'
import { followHelp } from '../parts/follow-help.ts'
import { postFeed } from '../parts/post-list.ts'
import { viewShown, type Reader } from '../posts.ts'
import { firstRun } from './first-run.ts'

const peopleShown = 6
const postsShown = 10

/** What somebody sees who comes by: who lives here, what they said last, and how to follow or join them. */
export async function frontPage(ctx: Reader): Promise<Html> {
  const instance = await describeInstance(ctx)
  if (instance.people === 0) return frame(ctx, firstRun(ctx.config))
  const [people, recent] = await Promise.all([
    listDiscoverableAccounts(ctx.db, peopleShown),
    listPublicPosts(ctx.db, { limit: postsShown }),
  ])
  const { registrations } = await readSettings(ctx)
  return frame(ctx, livingPlace(ctx, instance, people, await viewShown(ctx, recent), registrations))
}

function frame({ config }: Reader, body: Html): Html {
  const { handleDomain: siteName, origin } = config
  const description = `${siteName} is a home on the fediverse: read what its people say, and follow them from any app.`
  const more = openGraph({
    'og:type': 'website',
    'og:site_name': siteName,
    'og:title': siteName,
    'og:description': description,
    'og:url': `${origin}/`,
  })
  const addresses = { canonical: `${origin}/`, activity: `${origin}/actor` }
  return page({ title: siteName, siteName, description, ...addresses, more, isFront: true }, body)
}

function livingPlace(
  ctx: Reader,
  instance: InstanceDescription,
  people: readonly Actor[],
  posts: readonly StatusView[],
  registrations: InstanceSettings['registrations'],
): Html {
  return markup`${hero(ctx.config.handleDomain, instance)}
<div class="columns">
<section aria-labelledby="recent">
<h2 id="recent">Said here lately</h2>
${posts.length > 0 ? postFeed(ctx, posts) : quiet()}
</section>
<div class="aside">
${people.length > 0 && whoLivesHere(ctx, people)}
${howToFollow(ctx, people[0])}
${howToJoin(registrations)}
</div>
</div>`
}

function hero(siteName: string, { people, active, posts }: InstanceDescription): Html {
  return markup`<div class="hero">
<div>
<h1>${siteName}</h1>
<p class="lead">A small, sturdy place on the fediverse, the network of independent servers whose people all hear each
other. Read along here, or follow from wherever you already are.</p>
<ul class="facts">
<li>${formatCount(people, 'person', 'people')} <span>${people === 1 ? 'lives' : 'live'} here</span></li>
${posts > 0 && markup`<li>${formatCount(posts, 'post')} <span>to read</span></li>`}
${active > 0 && markup`<li>${formatCount(active, 'voice')} <span>heard this month</span></li>`}
</ul>
</div>
${kelpDrawing}
</div>`
}

function quiet(): Html {
  return markup`<p class="empty">It is quiet: nobody has said anything in public yet. Follow somebody, and their first
words will come to you.</p>`
}

function whoLivesHere(ctx: Reader, people: readonly Actor[]): Html {
  return markup`<section class="panel" aria-labelledby="people">
<h2 id="people">Who lives here</h2>
${peopleList(ctx, people)}
</section>`
}

function howToFollow({ config }: Reader, example: Actor | undefined): Html {
  const handle = example === undefined ? `name@${config.handleDomain}` : handleOf(config, example)
  return markup`<section class="panel" aria-labelledby="follow">
<h2 id="follow">Follow from anywhere</h2>
${followHelp(handle)}
</section>`
}

function howToJoin(registrations: InstanceSettings['registrations']): Html {
  if (registrations !== 'closed')
    return markup`<section class="panel" aria-labelledby="join">
<h2 id="join">Live here</h2>
<p>${registrations === 'open' ? 'Anybody may make an account here.' : 'Those who run this place let people in who ask.'}</p>
<p><a class="button" href="/auth/sign_up">Sign up</a></p>
</section>`
  return markup`<section class="panel" aria-labelledby="join">
<h2 id="join">Live here</h2>
<p>New accounts are made by whoever runs this place, for people they know. Ask somebody who lives here to put in a
word for you.</p>
</section>`
}
