import type { Health } from '@route-server/server'
import { ICON, SCRIPT, STYLE } from './assets.ts'
import { html, own, type Html } from './html.ts'
import { hrefOf, SECTIONS, type Look } from './look.ts'
import { HEALTH_MARKS, markOf } from './marks.ts'
import { count, TITLES } from './sections/table.ts'

/** `revision 12, 5 routers, since 2026-01-02 03:04:05 UTC`. */
function documentOf({ revision, routers, lastChange }: Health): string {
  const all = routers.http + routers.tcp + routers.udp
  const since =
    lastChange === undefined ? '' : `, since ${lastChange.at.slice(0, 10)} ${lastChange.at.slice(11, 19)} UTC`
  return `revision ${revision}, ${count(all, 'router')}${since}`
}

const searchForm = ({ words, network, section }: Look): Html =>
  html`<form id="search" role="search" action="/" method="get">
    <label class="unseen" for="q">Search routes, diagnostics, daemons, ports and claims</label>
    <input
      id="q"
      name="q"
      type="search"
      value="${words.join(' ')}"
      placeholder="Search a host, container, network, code …"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      aria-keyshortcuts="/"
    />
    ${network !== undefined && html`<input type="hidden" name="network" value="${network}" />`}
    ${section !== undefined && html`<input type="hidden" name="show" value="${section}" />`}
    <button type="submit">Search</button>
  </form>`

const linkOf = (title: string, look: Partial<Look>, isHere: boolean): Html =>
  html`<li><a href="${hrefOf(look)}" ${isHere && own('aria-current="page"')}>${title}</a></li>`

const documentWith = (content: Html, title: string, look: Look, health: Health): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="${STYLE.path}" />
        <link rel="icon" href="${ICON.path}" />
        <script src="${SCRIPT.path}" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>
            <a href="/"><img src="${ICON.path}" alt="" width="28" height="28" /> Route server</a>
          </h1>
          ${searchForm(look)}
          <p id="live" class="quiet" hidden></p>
        </header>
        <p id="said" class="unseen" role="status"></p>
        <main id="content" tabindex="-1">
          <section id="state" aria-label="State of the route server">
            <p>${markOf(HEALTH_MARKS[health.status])}<span class="quiet">${documentOf(health)}</span></p>
            ${[...(health.problems ?? []), ...(health.warnings ?? [])].map((sentence) => html`<p class="sentence quiet">${sentence}</p>`)}
          </section>
          <nav id="parts" aria-label="Parts of this page">
            <ul>
              ${linkOf('Overview', {}, !look.section && !look.route)}
              ${SECTIONS.map((section) => linkOf(TITLES[section], { section }, look.section === section))}
            </ul>
          </nav>
          ${content}
        </main>
        <footer>
          <p>
            For programs: <a href="/routes.json">routes.json</a>, <a href="/health">health</a>,
            <a href="/ports">ports</a>.
          </p>
        </footer>
      </body>
    </html> `

/** No text of a stranger's can be it: theirs are escaped. */
const CONTENT = '<!-- content -->'

/** All before what takes time to find out, so that a browser has something to show at once; and all after it. */
export function shellOf(title: string, look: Look, health: Health): readonly [before: string, after: string] {
  const [before = '', after = ''] = String(documentWith(own(CONTENT), title, look, health)).split(CONTENT)
  return [before, after]
}
