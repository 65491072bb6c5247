import { html, type Html, type Part } from '../html.ts'
import { hrefOf, type Look, type Section } from '../look.ts'

/** How many rows each part has where all are shown, and where it is alone. */
const ROWS: Readonly<Record<Section, readonly [among: number, alone: number]>> = {
  diagnostics: [5, 50],
  routes: [50, 100],
  daemons: [8, 100],
  ports: [10, 100],
  claims: [10, 100],
}

/** The rows of a part that a look shows, and how many there are. */
export interface Excerpt<T> {
  readonly rows: readonly T[]
  readonly from: number
  readonly all: number
}

export function excerptOf<T>(items: readonly T[], section: Section, look: Look): Excerpt<T> {
  const [among, alone] = ROWS[section]
  const isAlone = look.section === section
  const from = isAlone ? Math.min(look.from, Math.max(0, items.length - 1)) : 0
  return { rows: items.slice(from, from + (isAlone ? alone : among)), from, all: items.length }
}

const NUMBERS = new Intl.NumberFormat('en')

/** `1 route`, `12 routes`. */
export const count = (number: number, one: string, several = `${one}s`): string =>
  `${NUMBERS.format(number)} ${number === 1 ? one : several}`

export const TITLES: Readonly<Record<Section, string>> = {
  diagnostics: 'Diagnostics',
  routes: 'Routes',
  daemons: 'Daemons',
  ports: 'Ports',
  claims: 'Claims',
}

/** Where the rest is: before and after, or all of it. */
function more({ rows, from, all }: Excerpt<unknown>, section: Section, look: Look): Html | undefined {
  const to = from + rows.length
  if (rows.length === all) return undefined
  if (look.section !== section)
    return html`<p class="more">
      <a href="${hrefOf({ ...look, section, from: 0 })}">Show all ${NUMBERS.format(all)}</a>
    </p>`
  const step = ROWS[section][1]
  return html`<nav class="more" aria-label="${TITLES[section]}, pages">
    ${from > 0 && html`<a rel="prev" href="${hrefOf({ ...look, from: Math.max(0, from - step) })}">Before</a>`}
    <span>${NUMBERS.format(from + 1)} to ${NUMBERS.format(to)} of ${NUMBERS.format(all)}</span>
    ${to < all && html`<a rel="next" href="${hrefOf({ ...look, from: to })}">Show more</a>`}
  </nav>`
}

interface Shown {
  /** Beside the title. */
  readonly about?: Part
  /** What stands there where there are no rows. */
  readonly none: string
  /** Below the rows. */
  readonly beside?: Part
}

/** A part of the page: its title, its rows, the way to more of them. */
export function sectionOf(
  section: Section,
  excerpt: Excerpt<unknown>,
  look: Look,
  { about, none, beside }: Shown,
  content: Part,
): Html {
  return html`<section id="${section}" aria-labelledby="${section}-title">
    <h2 id="${section}-title">${TITLES[section]} <span class="about">${about}</span></h2>
    ${excerpt.all === 0 ? html`<p class="none">${look.words.length > 0 ? 'Nothing here matches.' : none}</p>` : content}
    ${more(excerpt, section, look)} ${beside}
  </section>`
}

/** What a column is called; numbers stand to the right. */
type Column = string | { readonly number: string }

/** A table that scrolls by itself where it is too wide, by keyboard, too. */
export const tableOf = (name: string, columns: readonly Column[], bodies: Part): Html =>
  html`<div class="table" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) =>
            typeof column === 'string'
              ? html`<th scope="col">${column}</th>`
              : html`<th scope="col" class="number">${column.number}</th>`,
          )}
        </tr>
      </thead>
      ${bodies}
    </table>
  </div>`

/** A moment, to the second. */
export function timeOf(milliseconds: number): Html {
  const iso = new Date(milliseconds).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`
}

/** Several values, each on its own line. */
export const lines = (values: readonly Part[]): Html =>
  html`${values.map((value) => html`<span class="line">${value}</span>`)}`
