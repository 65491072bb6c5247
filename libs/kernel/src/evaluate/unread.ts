import type { Container, Plugin } from '@route-server/plugin-api'
import { remembered } from '@route-server/traefik'
import type { TraefikLabels } from '@route-server/traefik'
import type { Policy } from '../policy.ts'

/** Labels that no loaded plugin reads. */
export interface Unread {
  /** A label, or the beginning of some: `traefik.udp.routers.*`. */
  readonly labels: string
  /** The plugin that would read them; left out where nobody knows one. */
  readonly reader?: string
}

interface Loaded {
  readonly plugin: Pick<Plugin, 'labels'>
}

const readsBelow = ({ labels }: Pick<Plugin, 'labels'>, prefix: string): boolean =>
  Object.keys(labels).some((label) => label === prefix || label.startsWith(`${prefix}.`))

const readPrefixes = new WeakMap<readonly Loaded[], (prefix: string) => boolean>()

/** Whether a plugin reads labels with that beginning. */
function readerOf(plugins: readonly Loaded[]): (prefix: string) => boolean {
  let reader = readPrefixes.get(plugins)
  if (!reader) {
    reader = remembered(100, (prefix: string) => plugins.some(({ plugin }) => readsBelow(plugin, prefix)))
    readPrefixes.set(plugins, reader)
  }
  return reader
}

/** Sections that Traefik's labels use, and labels of plugins that aren't enabled, where nobody reads them. */
export function unreadLabels(
  { labels }: Container,
  { configuration }: TraefikLabels,
  plugins: readonly Loaded[],
  { notEnabled }: Policy,
): readonly Unread[] {
  const isRead = readerOf(plugins)
  const unread = (prefix: string, shown: string): Unread[] => {
    if (isRead(prefix)) return []
    const reader = notEnabled.find((plugin) => readsBelow(plugin, prefix))?.name
    return [{ labels: shown, ...(reader !== undefined && { reader }) }]
  }
  const sections = Object.entries(configuration).flatMap(([part, content]) =>
    Object.keys(content ?? {}).flatMap((kind) => unread(`traefik.${part}.${kind}`, `traefik.${part}.${kind}.*`)),
  )
  const others = notEnabled
    .flatMap((plugin) => Object.keys(plugin.labels))
    .filter((label) => !label.startsWith('traefik.') && label in labels)
  return [...sections, ...others.flatMap((label) => unread(label, label))]
}
