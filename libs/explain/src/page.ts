import type { RouterView } from '@route-server/kernel'
import type { ContainerFacts, Facts } from './facts.ts'
import type { Explanation } from './judge.ts'
import type { Observed } from './observed.ts'
import { isCheckName } from './plan.ts'

/** What stands in the left column, and what beside it. */
type Row = readonly [name: string, text: string]

const WIDTH = 16
const MOST = 12

const row = ([name, text]: Row): string => `${`  ${name}`.padEnd(WIDTH)}${text}`.trimEnd()

const ago = (seconds: number): string => {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ] as const
  const [unit, length] = units.find(([, one]) => seconds >= 2 * one) ?? ['s', 1]
  return `${Math.floor(seconds / length)} ${unit} ago`
}

function few(rows: readonly Row[]): readonly Row[] {
  return rows.length > MOST ? [...rows.slice(0, MOST), ['', `and ${rows.length - MOST} more`]] : rows
}

const PRESENCES: Readonly<Record<ContainerFacts['presence'], string>> = {
  serving: 'it gets traffic',
  held: 'its routes stay, and get no traffic',
  absent: 'it gets no routes',
  unseen: 'the kernel has yet to take it in',
}

function containerRows(container: ContainerFacts, { daemons }: Facts): readonly Row[] {
  const { id, image, network, daemon, state, health, created, status, presence, reason, since } = container
  const { networkMode, service, address, labels, made, served, diagnostics, exposedPorts, listeningPorts } = container
  const watched = daemons.find((one) => one.network === network)
  const why = reason === undefined ? '' : ` (${reason}${since === undefined ? '' : `, since ${since}`})`
  const exposed = exposedPorts?.map(({ number, protocol }) => `${number}/${protocol}`).join(', ') ?? ''
  const seen = listeningPorts?.join(', ') ?? ''
  return [
    ['id', `${id.slice(0, 12)}, image ${image}, created ${created}`],
    ['daemon', `${daemon}${watched ? `, ${watched.state} since ${new Date(watched.since).toISOString()}` : ''}`],
    [
      'state',
      `${state}${status === '' ? '' : ` (${status})`}, ${health === 'none' ? 'no health check' : health}; ${presence === 'serving' && served.length === 0 ? 'nothing of it is served' : PRESENCES[presence]}${why}`,
    ],
    [
      'service',
      service === undefined
        ? `none, network mode ${networkMode}`
        : `${service} of network ${network}, at ${address ?? '?'}${exposed === '' ? '' : `; its image exposes ${exposed}`}${seen === '' ? '' : `; seen listening on ${seen}`}`,
    ],
    ...few(
      labels.map(({ text, readBy }): Row => [
        'label',
        `${text}  ← ${readBy.length > 0 ? readBy.join(', ') : 'nobody reads it'}`,
      ]),
    ),
    ...few(made.map(({ plugin, entries }): Row => ['plugin', `${plugin} made ${entries.join(', ') || 'nothing'}`])),
    ...few(served.map((path): Row => ['serves', path])),
    ...few(diagnostics.map(({ level, code, message }): Row => [level, `${code}: ${message.replaceAll('\n', ' ')}`])),
  ]
}

function routerRows({ protocol, rule, entryPoints, middlewares, service, servers, tls }: RouterView): readonly Row[] {
  const secured =
    tls === false ? '' : `, TLS${typeof tls['certResolver'] === 'string' ? ` by ${tls['certResolver']}` : ''}`
  return [
    ['rule', rule ?? protocol],
    ['entry points', `${entryPoints.join(', ')}${secured}`],
    ...(middlewares.length > 0 ? [['middlewares', middlewares.join(', ')] as Row] : []),
    ['service', `${service} → ${servers.join(', ') || 'no server'}`],
  ]
}

function documentRows({ document, fetches, publishedAs }: Facts): readonly Row[] {
  if ('waitingFor' in document) return [['document', `none yet: ${document.waitingFor.join(' ')}`]]
  const { traefik } = fetches
  const fetch =
    publishedAs !== undefined
      ? `published as ${publishedAs}`
      : traefik
        ? `Traefik fetched ${traefik.revision === undefined ? `it, and got ${traefik.status},` : `revision ${traefik.revision}`} ${ago(traefik.secondsAgo)}`
        : 'Traefik has not fetched it yet'
  return [['document', `revision ${document.revision}, ${ago(document.secondsOld)}; ${fetch}`]]
}

function observedRows({ traefik, dialled, ownListeners, resolved, certificates, answers }: Observed): readonly Row[] {
  const own = Object.values(ownListeners ?? {}).flat()
  return [
    ...(traefik
      ? [
          ['traefik', `${traefik.version} at ${traefik.api}`] as Row,
          ...traefik.routers.map(({ name, status, errors }): Row => [
            '',
            `${name}: ${status}${errors.length > 0 ? ` (${errors.join('; ')})` : ''}`,
          ]),
        ]
      : []),
    ...(own.length > 0 ? [['listens', own.map(({ address, port }) => `${address}:${port}`).join(', ')] as Row] : []),
    ...dialled.map(({ address, outcome }): Row => ['connect', `${address}: ${outcome}`]),
    ...resolved
      .filter(({ host }) => !isCheckName(host))
      .map(({ host, addresses, failure }): Row => [
        'dns',
        `${host}: ${failure ?? (addresses.join(', ') || 'no address')}`,
      ]),
    ...certificates.map(({ host, issuer, until, isFor, isTrusted }): Row => [
      'certificate',
      `${host}: until ${until}, by ${issuer}${isFor ? '' : ', of another name'}${isTrusted ? '' : ', not trusted'}`,
    ]),
    ...answers.map(({ url, at, status, failure }): Row => [
      'answer',
      `${url} at ${at}: ${status ?? failure ?? 'none'}`,
    ]),
  ]
}

/**
 * For people: the answer first, the way in between, and at the end what to do. Lines; whoever prints them escapes what a terminal would obey.
 */
export function pageOf({ answer, cure, findings, facts, observed, verdict }: Explanation): readonly string[] {
  const { containers, routers, claims, more } = facts
  const [, ...others] = findings
  return [
    answer,
    '',
    ...containers.flatMap((one) => [`container ${one.name}`, ...containerRows(one, facts).map(row)]),
    ...routers.flatMap((one) => [`router ${one.name}`, ...routerRows(one).map(row)]),
    'machine',
    ...claims.map(({ subject, network, by, since }) =>
      row(['claim', `${subject} is network ${network}'s, by ${by}${since === undefined ? '' : `, since ${since}`}`]),
    ),
    ...documentRows(facts).map(row),
    ...observedRows(observed).map(row),
    ...(more > 0 ? [row(['', `and ${more} more containers and routers`])] : []),
    ...(others.length > 0
      ? ['also', ...others.slice(0, MOST).map(({ says, cure: todo }) => `  ${says}. ${todo}`)]
      : []),
    '',
    verdict === 'reachable' ? 'Nothing to do.' : `To do: ${cure}`,
  ]
}
