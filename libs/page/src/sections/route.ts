import type { RouterView } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { html, type Html, type Part } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import type { TraefikStatus, TraefikStatusOf } from '../traefik-status.ts'
import { diagnosticItem } from './diagnostics.ts'
import { containersOf, titleOf, traefikMark } from './routes.ts'
import { lines } from './table.ts'

interface Stage {
  readonly name: string
  readonly values: readonly Part[]
  readonly none: string
}

/** The name as labels have it, without the network. */
const local = (name: string): string => name.replace(/-\d+$/, '')

/** What a request passes, in its order. */
const stagesOf = (router: RouterView): readonly Stage[] => [
  { name: 'Entry points', values: router.entryPoints, none: 'none' },
  { name: 'Router', values: [router.name], none: '' },
  ...(router.protocol === 'udp' ? [] : [{ name: 'Middlewares', values: router.middlewares.map(local), none: 'none' }]),
  {
    name: 'Service',
    values: [router.service, ...router.servers.map((server) => html`<code>${server}</code>`)],
    none: '',
  },
  { name: 'Containers', values: containersOf(router), none: 'none' },
]

/** A picture to who sees it, a list in the same order to who hears it. */
export const wayOf = (router: RouterView): Html =>
  html`<ol class="way" aria-label="The way of a request, from the entry point to the container">
    ${stagesOf(router).map(
      ({ name, values, none }) =>
        html`<li class="${values.length === 0 && 'empty'}">
          <span class="stage">${name}</span
          >${values.length > 0 ? lines(values) : html`<span class="line">${none}</span>`}
        </li>`,
    )}
  </ol>`

const factsOf = (router: RouterView, traefik: TraefikStatus | undefined): readonly (readonly [string, Part])[] => {
  const { rule, tls, priority, origins, network, middlewares } = router
  const [origin] = origins
  return [
    ...(traefik === undefined ? [] : [['Traefik', traefikMark(traefik)] as const]),
    ...(rule === undefined ? [] : [['Rule', html`<code>${rule}</code>`] as const]),
    ['TLS', tls === false ? 'none' : Object.keys(tls).length === 0 ? 'yes' : html`<code>${JSON.stringify(tls)}</code>`],
    ...(priority === undefined ? [] : [['Priority', String(priority)] as const]),
    ...(middlewares.length === 0 ? [] : [['Middlewares', html`<code>${middlewares.join(', ')}</code>`] as const]),
    ['Network', html`<a href="${hrefOf({ network })}">${network}</a>`],
    ...(origin?.plugin === undefined ? [] : [['Plugin', origin.plugin] as const]),
    ...(origin?.daemon === undefined ? [] : [['Daemon', html`<code>${origin.daemon}</code>`] as const]),
    ...(origin?.compose === undefined
      ? []
      : [['Compose', `${origin.compose.project} / ${origin.compose.service}`] as const]),
  ]
}

/** What is to be said about the containers that serve it. */
function aboutContainers(router: RouterView, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const makers = new Set(router.origins.map(({ containerId }) => containerId))
  return diagnostics.filter(({ origin }) => origin.containerId !== undefined && makers.has(origin.containerId))
}

/** One router: its way, what it says, what is said about it. */
export function routeSection(
  wanted: NonNullable<Look['route']>,
  routers: readonly RouterView[],
  diagnostics: readonly Diagnostic[],
  traefikStatus?: TraefikStatusOf,
): Html {
  const router = routers.find(({ protocol, name }) => protocol === wanted.protocol && name === wanted.name)
  const back = html`<p><a href="/">All routes</a></p>`
  if (!router)
    return html`<section id="route" aria-labelledby="route-title">
      ${back}
      <h2 id="route-title">${wanted.name}</h2>
      <p class="none">
        There is no such ${wanted.protocol.toUpperCase()} router now. It comes back by itself when its container does.
      </p>
    </section>`
  const said = aboutContainers(router, diagnostics).slice(0, 20)
  return html`<section id="route" aria-labelledby="route-title">
    ${back}
    <h2 id="route-title">${titleOf(router)} <span class="about">${router.protocol.toUpperCase()} router</span></h2>
    ${wayOf(router)}
    <dl class="facts">
      ${factsOf(router, traefikStatus?.(router)).map(
        ([term, fact]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
    ${
      said.length > 0 &&
      html`<h3>Said about its containers</h3>
        <ol class="diagnostics">
          ${said.map(diagnosticItem)}
        </ol>`
    }
  </section>`
}
