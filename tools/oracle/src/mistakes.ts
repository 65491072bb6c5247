import { withLabels } from './case.ts'
import type { Case, Service } from './case.ts'
import type { Random } from '@route-server/testbed/random'

type Labels = Service['labels']
/** Spoils one label; `key` is one that the container has. */
type Mistake = (labels: Labels, key: string, random: Random) => Labels

const renamed = (labels: Labels, key: string, name: string): Labels =>
  Object.fromEntries(Object.entries(labels).map(([label, value]) => [label === key ? name : label, value]))

const withValue = (labels: Labels, key: string, value: string): Labels => ({ ...labels, [key]: value })

const lastPart = (key: string, change: (part: string) => string): string =>
  key.replace(/[^.]+$/, (part) => change(part))

/** What people do wrong, and what editors, templates and shells do to labels. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'letter left out': (labels, key, random) => {
    const at = random.below(Math.max(1, key.length - 9)) + 8
    return renamed(labels, key, key.slice(0, at) + key.slice(at + 1))
  },
  'letters swapped': (labels, key) =>
    renamed(
      labels,
      key,
      lastPart(key, (part) => part.slice(1, 2) + part.slice(0, 1) + part.slice(2)),
    ),
  'singular for plural': (labels, key) => renamed(labels, key, key.replace(/(router|service|middleware)s/, '$1')),
  'dash before the key': (labels, key) => renamed(labels, key, `-${key}`),
  'blank behind the key': (labels, key) => renamed(labels, key, `${key} `),
  'quote before the key': (labels, key) => renamed(labels, key, `"${key}`),
  'invisible character': (labels, key, random) => {
    const at = random.below(key.length)
    return renamed(labels, key, `${key.slice(0, at)}\u200b${key.slice(at)}`)
  },
  'look-alike letter': (labels, key) => renamed(labels, key, key.replace('a', '\u0430')),
  'letters of the first part swapped': (labels, key) => renamed(labels, key, key.replace('traefik', 'treafik')),
  'protocol left out': (labels, key) => renamed(labels, key, key.replace(/^traefik\.(http|tcp|udp)\./, 'traefik.')),
  'label of Traefik 1': (labels) => ({ ...labels, 'traefik.frontend.auth.basic.users': 'ada:x' }),
  'dot at the end': (labels, key) => renamed(labels, key, `${key}.`),
  'two dots': (labels, key) => renamed(labels, key, key.replace(/\.(?=[^.]*$)/, '..')),
  index: (labels, key) => renamed(labels, key, `${key}[0]`),
  'something below': (labels, key) => renamed(labels, key, `${key}.extra`),
  capitals: (labels, key) => renamed(labels, key, key.toUpperCase().replace('TRAEFIK', 'traefik')),
  'capital T': (labels, key) => renamed(labels, key, key.replace('traefik', 'Traefik')),
  'empty value': (labels, key) => withValue(labels, key, ''),
  'quotes around the value': (labels, key) => withValue(labels, key, `"${labels[key] ?? ''}"`),
  'blank before the value': (labels, key) => withValue(labels, key, ` ${labels[key] ?? ''}`),
  'a word for the value': (labels, key) => withValue(labels, key, 'yes'),
  'a number for the value': (labels, key) => withValue(labels, key, '1'),
  'dollars doubled': (labels, key) => withValue(labels, key, (labels[key] ?? '').replaceAll('$', '$$$$')),
  'backticks lost': (labels, key) => withValue(labels, key, (labels[key] ?? '').replaceAll('`', '')),
  'single quotes for backticks': (labels, key) => withValue(labels, key, (labels[key] ?? '').replaceAll('`', "'")),
  'label lost': (labels, key) => Object.fromEntries(Object.entries(labels).filter(([label]) => label !== key)),
  'other name': (labels, key) => renamed(labels, key, key.replace(/^(traefik\.\w+\.\w+)\.([^.]+)/, '$1.$2x')),
  'other protocol': (labels, key) => renamed(labels, key, key.replace(/^traefik\.(http|tcp|udp)/, 'traefik.tcp')),
  'option of v2': (labels, key) => ({
    ...labels,
    [key.replace(/^(traefik\.\w+\.\w+\.[^.]+).*$/, '$1.rulesyntaxx')]: 'v2',
  }),
  'bare entry': (labels, key) => ({ ...labels, [key.replace(/^(traefik\.\w+\.\w+\.[^.]+).*$/, '$1')]: 'true' }),
  'stray protocol': (labels) => ({ ...labels, 'traefik.httpd.conf': '1' }),
  'stray section': (labels) => ({ ...labels, 'traefik.http.router.x.rule': 'Host(`x`)' }),
}

/** The case with one mistake in one label of one container. */
export function withMistake(shown: Case, random: Random): Case {
  const kinds = Object.entries(MISTAKES)
  const services = Object.entries(shown.services).filter(([, { labels }]) => Object.keys(labels).length > 0)
  const [service] = random.pick(services) ?? ['']
  const [kind, spoil] = random.pick(kinds) ?? ['', (labels: Labels) => labels]
  return withLabels({ ...shown, name: `${shown.name} + ${kind}` }, (labels, name) => {
    const keys = Object.keys(labels).filter((key) => key.startsWith('traefik.'))
    const key = random.pick(keys)
    return name === service && key !== undefined ? spoil(labels, key, random) : labels
  })
}
