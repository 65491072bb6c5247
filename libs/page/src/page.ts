import type { RouteView } from '@route-server/kernel'
import type { Health } from '@route-server/server'
import { html, type Html } from './html.ts'
import { readLook, type Look, type Section } from './look.ts'
import { createSearch } from './search.ts'
import { claimsSection, type Claim } from './sections/claims.ts'
import { daemonsSection } from './sections/daemons.ts'
import { diagnosticsSection } from './sections/diagnostics.ts'
import { portsSection } from './sections/ports.ts'
import { routeSection } from './sections/route.ts'
import { routesSection } from './sections/routes.ts'
import { shellOf } from './shell.ts'
import type { TraefikStatusOf } from './traefik-status.ts'

/** What the page shows. */
export interface PageSources {
  readonly view: RouteView
  readonly claims: () => readonly Claim[]
  /** Left out where Traefik can't be asked. */
  readonly traefikStatus?: TraefikStatusOf | undefined
}

const titleOf = ({ route, words, section }: Look): string =>
  [route?.name, words.length > 0 && `“${words.join(' ')}”`, section, 'Route server'].filter(Boolean).join(' · ')

/** The page as HTML: what is known at once, and then all the rest. */
export function createPage({ view, claims, traefikStatus }: PageSources) {
  const search = createSearch(view)

  const sections: Readonly<Record<Section, (look: Look) => Html>> = {
    diagnostics: (look) => diagnosticsSection(search.diagnostics(look.words), look),
    routes: (look) => routesSection(search.routers(look.words), look, traefikStatus),
    daemons: (look) => daemonsSection(view.daemons(), look),
    ports: (look) => portsSection(view.ports(), look),
    claims: (look) => claimsSection(claims(), look),
  }

  function contentOf(look: Look): Html {
    if (look.route) return routeSection(look.route, search.routers([]), search.diagnostics([]), traefikStatus)
    if (look.section) return sections[look.section](look)
    return html`${Object.values(sections).map((section) => section(look))}`
  }

  return async function* page(query: URLSearchParams, health: Health): AsyncGenerator<string> {
    const look = readLook(query)
    const [before, after] = shellOf(titleOf(look), look, health)
    yield before
    await search.prepare(look.words.length > 0 ? 'words' : undefined)
    yield `${String(contentOf(look))}${after}`
    // Who has seen it may search next.
    search.prepare('words').catch(() => undefined)
  }
}
