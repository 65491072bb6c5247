import type { Container, Origin } from '@route-server/plugin-api'
import type { SectionName } from '@route-server/traefik'

/** An entry as its contributor knows it: to say where something is wrong. */
export interface Place {
  readonly section: SectionName
  /** Without the network. */
  readonly name: string
  readonly origin: Origin
  readonly labels: Container['labels']
}

/** Labels name the one server without its index, and a list as a whole. */
const labelPath = (path: string): string =>
  path
    .replace(/\bservers\[[0-9]+\]/, 'server')
    .replace(/\[[0-9]+\]$/, '')
    .toLowerCase()

/** The label that says what stands at the path, as it is spelled on the container; `undefined` where no label does. */
export function labelAt({ section, name, labels }: Place, path: string): string | undefined {
  const wanted = `traefik.${section}.${name}.${labelPath(path)}`.toLowerCase()
  return Object.keys(labels).find((label) => label.toLowerCase() === wanted)
}
