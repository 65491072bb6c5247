import type { Diagnostic, Level } from '@route-server/plugin-api'
import { html, type Html } from '../html.ts'
import { hrefOf, type Look } from '../look.ts'
import { LEVEL_MARKS, markOf } from '../marks.ts'
import { count, excerptOf, sectionOf } from './table.ts'

const WORST: readonly Level[] = ['error', 'warning', 'info']

const byLevel = (a: Diagnostic, b: Diagnostic): number => WORST.indexOf(a.level) - WORST.indexOf(b.level)

const keyOf = ({ code, label, message, origin }: Diagnostic): string =>
  [origin.containerId ?? origin.network ?? origin.daemon ?? '', code, label ?? message].join(' ')

/** The container, the network, the compose file: where its owner has to look. */
function placeOf({ container, network, daemon, compose }: Diagnostic['origin']): Html {
  return html`<p class="place">
    ${container !== undefined && html`<span>container <b>${container}</b></span>`}
    ${network !== undefined ? html`<a href="${hrefOf({ network })}">network ${network}</a>` : daemon && html`<code>${daemon}</code>`}
    ${compose && html`<span>${compose.project} / ${compose.service}</span>`}
    ${compose?.files && html`<code>${compose.files}</code>`}
  </p>`
}

export const diagnosticItem = (diagnostic: Diagnostic): Html => {
  const { code, level, message, label, suggestion, origin } = diagnostic
  return html`<li data-key="${keyOf(diagnostic)}">
    <p class="head">${markOf(LEVEL_MARKS[level])} <code>${code}</code></p>
    <p>${message}</p>
    ${
      (label !== undefined || suggestion !== undefined) &&
      html`<dl class="labels">
        ${
          label !== undefined &&
          html`<div>
            <dt>Label</dt>
            <dd><code>${label}</code></dd>
          </div>`
        }
        ${
          suggestion !== undefined &&
          html`<div>
            <dt>Meant, probably</dt>
            <dd><code>${suggestion}</code></dd>
          </div>`
        }
      </dl>`
    }
    ${placeOf(origin)}
  </li>`
}

/** What isn't served as asked, why, and what to do; what is worst first. */
export function diagnosticsSection(all: readonly Diagnostic[], look: Look): Html {
  const shown = all.filter(({ origin }) => look.network === undefined || origin.network === look.network)
  const excerpt = excerptOf([...shown].sort(byLevel), 'diagnostics', look)
  const counts = WORST.map((level) => [level, shown.filter((one) => one.level === level).length] as const)
  const about = counts
    .filter(([, number]) => number > 0)
    .map(([level, number]) => (level === 'info' ? `${number} for information` : count(number, level)))
    .join(', ')
  return sectionOf(
    'diagnostics',
    excerpt,
    look,
    { about, none: 'Everything is served as its labels ask.' },
    html`<ol class="diagnostics">
      ${excerpt.rows.map(diagnosticItem)}
    </ol>`,
  )
}
