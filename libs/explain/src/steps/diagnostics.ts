import type { Diagnostic } from '@route-server/plugin-api'
import { found } from '../causes.ts'
import type { Case, Step } from '../case.ts'
import type { ContainerFacts } from '../facts.ts'
import type { Finding } from '../finding.ts'
import type { Observed } from '../observed.ts'
import { lowered, split } from '../sentences.ts'

/** The earlier explains the later: a container that doesn't run has no other trouble, and what refers to a bad label goes with it. */
const ORDER: readonly string[] = [
  'CONTAINER_NOT_RUNNING',
  'CONTAINER_ONE_OFF',
  'NETWORK_ID_TAKEN',
  'LIMIT_EXCEEDED',
  'LABEL_INVALID',
  'IDENTITY_FALSE',
  'IDENTITY_MISSING',
  'NETWORK_MODE_WRONG',
  'SERVICE_NAME_INVALID',
  'LABELS_OF_TRAEFIK_1',
  'ENABLE_MISSING',
  'ROUTING_DISABLED',
  'FRAGMENT_INVALID',
  'PLUGIN_THREW',
  'ENTRY_REFUSED',
]
/** What follows from something else, where there is something else. */
const LAST: readonly string[] = ['REFERENCE_MISSING', 'LABELS_OF_OTHERS', 'GIVES_WAY']

const LEVELS = { error: 0, warning: 2, info: 3 } as const
/** Of information that explains, behind whatever is an error. */
const BEHIND_ERRORS = 1

/** Codes of what gives no route although it is only information: it is meant, or was never asked for. */
const SILENT: ReadonlySet<string> = new Set([
  'CONTAINER_NOT_RUNNING',
  'CONTAINER_ONE_OFF',
  'IDENTITY_MISSING',
  'ROUTING_DISABLED',
  'SERVICE_PORT_UNKNOWN',
  'SERVICE_PORT_AMBIGUOUS',
  'BASE_DOMAIN_MISSING',
  'GIVES_WAY',
  'LABELS_OF_OTHERS',
])

/** Codes of what is in the document and answers nobody. */
const HELD: ReadonlySet<string> = new Set([
  'CONTAINER_STARTING',
  'CONTAINER_UNHEALTHY',
  'CONTAINER_PAUSED',
  'CONTAINER_AWAITED',
  'CONTAINER_DEPARTED',
  'CONTAINER_LOOPING',
])

/** Warnings for what doesn't work as asked. */
const USELESS: ReadonlySet<string> = new Set(['ENTRY_POINT_REDIRECTED'])

function rankOf({ code, level }: Diagnostic): number {
  const at = ORDER.indexOf(code)
  if (at >= 0) return at
  const last = LAST.includes(code) ? 10 : 0
  return ORDER.length + (SILENT.has(code) ? BEHIND_ERRORS : LEVELS[level]) + last
}

/** The one port that is listened on at the service's own address; nothing where there are none or several. */
function portSeen({ address }: ContainerFacts, { listeners = [] }: Observed): number | undefined {
  const ports = new Set(listeners.flatMap((one) => (one.address === address ? [one.port] : [])))
  return ports.size === 1 ? [...ports][0] : undefined
}

/** What to do where the message doesn't say it, or where more is known than it says. */
const CURES: Readonly<Record<string, (container: ContainerFacts, observed: Observed) => string | undefined>> = {
  SERVICE_PORT_UNKNOWN(container, observed) {
    const port = portSeen(container, observed)
    return port === undefined
      ? undefined
      : `It listens on port ${port}: set rediacc.service_port=${port}, if it is to be reached.`
  },
  CONTAINER_NOT_RUNNING: ({ daemon, name }) =>
    `Start it: docker -H unix://${daemon} start ${name}; why it ended: docker -H unix://${daemon} logs ${name}.`,
  ROUTING_DISABLED: () => 'Set traefik.enable=true, if it is to be routed.',
  CONTAINER_AWAITED: () => 'Wait for its successor.',
}

/** What is left behind by what is left out concerns nobody who wants that served. */
const IDLE = /\s*[A-Z][^.]* stays? in the document; nothing leads to (?:it|them), which does no harm\.$/

/** What to do is no question. */
const told = (cure: string): string => cure.replace(/^Did you mean (.+?)\?(?=\s|$)/, 'Write $1 in its place.')

const withLabel = (cure: string, { suggestion = '' }: Diagnostic): string => {
  const labels = suggestion.split('\n').filter((line) => line.includes('='))
  const missing = labels.filter((label) => !cure.includes(label))
  return missing.length === 0 ? cure : `${cure} ${missing.join(' and ')}`.trim()
}

function cureOf(
  diagnostic: Diagnostic,
  rest: string,
  container: ContainerFacts | undefined,
  observed: Observed,
): string {
  const own = container && CURES[diagnostic.code]?.(container, observed)
  const said = withLabel(own ?? told(rest.replace(IDLE, '')), diagnostic)
  return said === '' ? `See docs/diagnostics.md#${diagnostic.code.toLowerCase()}.` : said
}

/** Says it of the container, where that isn't what was asked for. */
const named = (says: string, container: ContainerFacts, { facts: { question } }: Case): string =>
  question.name === container.name ? says : `${says} (container ${container.name} of network ${container.network})`

function findingOf(diagnostic: Diagnostic, verdict: Finding['verdict'], container: ContainerFacts, one: Case): Finding {
  const [first, rest] = split(diagnostic.message)
  const says = lowered(first).replace(/, so it isn't routed$/, '')
  return {
    cause: diagnostic.code,
    verdict,
    says: named(says, container, one),
    cure: cureOf(diagnostic, rest, container, one.observed),
    about: container.name,
    network: container.network,
  }
}

/** How bad it is for what was asked; nothing: it has nothing to do with it. */
function verdictOf(
  { code, level }: Diagnostic,
  isRouted: boolean,
  isAnswered: boolean,
): Finding['verdict'] | undefined {
  if (HELD.has(code)) return isAnswered ? 'doubtful' : 'unreachable'
  if (!isRouted) return level === 'info' && !SILENT.has(code) ? undefined : 'unrouted'
  if (USELESS.has(code)) return 'unreachable'
  return level === 'info' ? undefined : 'doubtful'
}

/** What the kernel has to say about each container. */
export const diagnosed: Step = (one) => {
  const { containers, routers, question } = one.facts
  return containers.flatMap((container): readonly Finding[] => {
    const isOwn = routers.some(({ origins }) => origins.some(({ containerId }) => containerId === container.id))
    const beside = routers.filter(({ network }) => network === container.network)
    const isAnswered = beside.some(({ servers }) => servers.length > 0)
    // Asked for itself, it is all that it was meant to be; asked for what is served, the rest matters less.
    const isRouted = isOwn || (beside.length > 0 && question.name !== container.name)
    const said = [...container.diagnostics]
      .sort((a, b) => rankOf(a) - rankOf(b))
      .flatMap((diagnostic) => {
        const lost = isOwn && diagnostic.level === 'error' && question.name === container.name
        const verdict = lost ? 'unrouted' : verdictOf(diagnostic, isRouted, isAnswered)
        return verdict === undefined ? [] : [findingOf(diagnostic, verdict, container, one)]
      })
    const isExplained = said.some(({ verdict }) => verdict !== 'doubtful')
    return isOwn || isExplained || isRouted ? said : [...said, silentOf(container, one)]
  })
}

/** Whether a router of its is served, if not for what was asked. */
const hasRouter = ({ served }: ContainerFacts): boolean => served.some((path) => path.includes('.routers/'))

function silentOf(container: ContainerFacts, { facts: { question, near } }: Case): Finding {
  const { presence, name, network } = container
  if (presence === 'unseen') return { ...found('NOT_TAKEN_IN', { container: name }, name), network }
  return hasRouter(container)
    ? { ...found('SERVES_OTHERS', { container: name, asked: question.host ?? question.text, near }, name), network }
    : { ...found('NOTHING_MADE', { container: name }, name), network }
}

/** What is to be said about the daemons and networks in question. */
export const noticed: Step = ({ facts: { notices, routers }, observed }) =>
  notices
    .filter(({ level, code }) => level !== 'info' && code !== 'DAEMON_STALE')
    .map((notice) => {
      const [first, rest] = split(notice.message)
      return {
        cause: notice.code,
        verdict: routers.length > 0 ? ('doubtful' as const) : ('unrouted' as const),
        says: lowered(first),
        cure: cureOf(notice, rest, undefined, observed),
      }
    })
