import type { Plugin } from '@route-server/plugin-api'
import { nearest, quoted, remembered, slipOf, traefikSlipOf } from '@route-server/traefik'
import type { LabelFamily, Slip } from '@route-server/traefik'
import { HOLD } from './hold-label.ts'
import { IDENTITY_LABELS } from './identity-labels.ts'

/** A label that nobody reads as it is spelled, and whose place is elsewhere than among Traefik's. */
export interface Misspelt extends Pick<Slip, 'label' | 'meant' | 'reason'> {
  /** Whose label it was meant to be; left out where nothing hangs on it. */
  readonly plugin?: string
}

/** Of a plugin that is loaded. */
interface Loaded {
  readonly plugin: Pick<Plugin, 'name' | 'labels'>
}

/** A plugin's label without the segments that somebody chooses: `grpc.routers` of `grpc.routers.{name}`. */
interface Head {
  readonly text: string
  readonly plugin?: string
}

interface Vocabulary {
  readonly families: readonly LabelFamily[]
  readonly heads: readonly Head[]
}

/** Ours, whichever plugins are loaded: a label of one that isn't is no slip of another's. */
const OUR_LABELS = ['rediacc.service_port', 'rediacc.tcp_ports', 'rediacc.udp_ports', HOLD]

const headOf = (pattern: string): string => pattern.replace(/\.?\{.*$/, '')

function vocabularyOf(plugins: readonly Loaded[]): Vocabulary {
  const heads = new Map<string, Head>([...IDENTITY_LABELS, ...OUR_LABELS].map((text) => [text, { text }]))
  for (const { plugin } of plugins)
    for (const text of Object.keys(plugin.labels).map(headOf))
      if (text.includes('.') && !text.startsWith('traefik.')) heads.set(text, { text, plugin: plugin.name })
  const all = [...heads.values()]
  const names = [...new Set(all.map(({ text }) => text.slice(0, text.indexOf('.'))))]
  return {
    heads: all,
    families: names.map((name) => {
      const rests = all.flatMap(({ text }) => (text.startsWith(`${name}.`) ? [text.slice(name.length + 1)] : []))
      return {
        name,
        isLikely: (rest) => rests.some((known) => nearest(beginning(rest, known), [known]) !== undefined),
        isTelling: () => false,
      }
    }),
  }
}

/** As many segments of the key as the head has. */
const beginning = (key: string, head: string): string => key.split('.').slice(0, head.split('.').length).join('.')

const isBelow = (key: string, head: string): boolean => key === head || key.startsWith(`${head}.`)

/** The label of the family that the key is, give or take a letter; `undefined` where it is none. */
function meantBy(key: string, { heads }: Vocabulary): { readonly head: Head; readonly meant: string } | undefined {
  const exact = heads.find(({ text }) => isBelow(key, text))
  if (exact) return { head: exact, meant: key }
  const near = nearest(
    key.split('.').slice(0, 2).join('.'),
    heads.map(({ text }) => text).filter((text) => text.split('.').length === 2),
  )
  const head = heads.find(({ text }) => text === near)
  return head && { head, meant: head.text + key.slice(beginning(key, head.text).length) }
}

function misspelt(label: string, family: LabelFamily, known: Vocabulary): Misspelt | undefined {
  const isOurs = label.startsWith(`${family.name}.`)
  const slip = slipOf(label, family)
  if (!slip && !isOurs) return undefined
  const found = meantBy(slip?.meant ?? label, known)
  if (!found || (!slip && found.meant === label)) return undefined
  const { head, meant } = found
  const reason = slip?.reason ?? `there is no label ${quoted(beginning(label, head.text))}`
  const isLost = head.plugin !== undefined && !slip?.aside
  return { label, meant, reason, ...(isLost && { plugin: head.plugin }) }
}

function read(label: string, known: Vocabulary): Misspelt | undefined {
  for (const family of known.families) {
    const found = misspelt(label, family, known)
    if (found) return found
  }
  return undefined
}

type Reader = (label: string) => Misspelt | undefined

const readers = new WeakMap<readonly Loaded[], Reader>()

/** Most containers have the same few labels. */
const MOST_KNOWN = 4000

/** Says of any label whether it is a slip, where these plugins are loaded. */
function readerFor(plugins: readonly Loaded[]): Reader {
  let reader = readers.get(plugins)
  if (!reader) {
    const known = vocabularyOf(plugins)
    const remembering = remembered(MOST_KNOWN, (label) => read(label, known))
    reader = (label) => (label.startsWith('traefik.') ? undefined : remembering(label))
    readers.set(plugins, reader)
  }
  return reader
}

/** Those of the labels that are `rediacc.*` or a plugin's, but for a slip; Traefik's own are decoded, slips and all, elsewhere. */
export function misspeltLabels(labels: readonly string[], plugins: readonly Loaded[]): readonly Misspelt[] {
  const reader = readerFor(plugins)
  const found: Misspelt[] = []
  for (const label of labels) {
    const slip = reader(label)
    if (slip) found.push(slip)
  }
  return found.sort((a, b) => (a.label < b.label ? -1 : 1))
}

/** Whether a label is one of these. */
export const isMisspelt = (label: string, plugins: readonly Loaded[]): boolean =>
  readerFor(plugins)(label) !== undefined

/** Whether somebody meant the label for Traefik or a plugin, and nobody reads it as it is spelled. */
export const isSlip = (label: string, plugins: readonly Loaded[]): boolean =>
  traefikSlipOf(label) !== undefined || isMisspelt(label, plugins)
