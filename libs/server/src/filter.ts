import type { RouterView } from '@route-server/kernel'
import { parseNetworkId } from '@route-server/plugin-api'
import type { Diagnostic, NetworkId, Origin } from '@route-server/plugin-api'
import { hostAlone } from '@route-server/traefik'

/** What `/routes.json` may be asked for; all that is given must hold. */
export interface Filter {
  readonly network?: NetworkId
  /** Lower case. */
  readonly host?: string
  /** A name, or the beginning of an ID. */
  readonly container?: string
}

/** A parameter of the query, and how its text is read: the filter's part, or what was expected. */
interface Parameter {
  readonly about: string
  read(text: string): Filter | string
}

export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  network: {
    about: 'of this network only',
    read: (text) =>
      parseNetworkId(text) !== undefined
        ? { network: Number(text) }
        : 'a network ID: a multiple of 64 from 64 to 16777152',
  },
  host: {
    about: 'for this host only',
    read: (text) =>
      /^[^\s/:]+$/.test(text) ? { host: text.toLowerCase().replace(/\.$/, '') } : 'a host name such as app.example.com',
  },
  container: {
    about: 'of this container only: its name, or at least 4 digits of its ID',
    read: (text) =>
      /^[\w.-]+$/.test(text) ? { container: text } : "a container's name, or at least 4 digits of its ID",
  },
}

/** The filter that a query asks for, or the sentence that says what is wrong with it. */
export function readFilter(query: Readonly<Record<string, readonly string[]>>): Filter | string {
  let filter: Filter = {}
  for (const [name, values] of Object.entries(query)) {
    const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined
    if (!parameter)
      return `There is no parameter ${JSON.stringify(name)}; known are ${Object.keys(PARAMETERS).join(', ')}.`
    const [value = '', ...others] = values
    if (others.length > 0) return `The parameter ${name} is given ${values.length} times; give it once.`
    const part = parameter.read(value)
    if (typeof part === 'string') return `The parameter ${name} must be ${part}; it is ${JSON.stringify(value)}.`
    filter = { ...filter, ...part }
  }
  return filter
}

export function routerMatches({ network, host, container }: Filter, router: RouterView): boolean {
  return (
    (network === undefined || router.network === network) &&
    (host === undefined || router.hosts.some((pattern) => covers(pattern, host))) &&
    (container === undefined || router.origins.some((origin) => isContainer(origin, container)))
  )
}

/**
 * Of a host: what names it, and what is about the containers that serve it.
 *
 * @param serving IDs of the containers behind the routers that match
 */
export function diagnosticMatches(
  { network, host, container }: Filter,
  diagnostic: Diagnostic,
  serving: ReadonlySet<string>,
): boolean {
  const { origin } = diagnostic
  return (
    (network === undefined || origin.network === network) &&
    (host === undefined || serving.has(origin.containerId ?? '') || names(diagnostic, host)) &&
    (container === undefined || isContainer(origin, container))
  )
}

/** `*` covers every host; `*.example.com` one label more, as in Traefik. */
function covers(pattern: string, host: string): boolean {
  return (
    pattern === host ||
    pattern === '*' ||
    (pattern.startsWith('*.') && pattern.slice(1) === host.slice(host.indexOf('.')))
  )
}

function isContainer({ container, containerId = '' }: Origin, wanted: string): boolean {
  return container === wanted || (wanted.length >= 4 && containerId.startsWith(wanted.toLowerCase()))
}

function names({ message, suggestion = '', label = '' }: Diagnostic, host: string): boolean {
  const alone = hostAlone(host)
  return [message, suggestion, label].some((text) => text.search(alone) >= 0)
}
