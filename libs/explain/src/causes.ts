import { PRIVATE, TRAEFIK } from '@route-server/installation/paths'
import type { Finding, Verdict } from './finding.ts'

interface Cause<About> {
  readonly verdict: Exclude<Verdict, 'reachable'>
  /** Completes "app.example.com isn't routed: …". */
  readonly says: (about: About) => string
  /** The very label or command. */
  readonly cure: (about: About) => string
}

const cause = <About>(row: Cause<About>): Cause<About> => row

const ask = (daemon: string): string => `docker -H unix://${daemon}`
const unit = (network: number): string => `rediacc-docker@${network}.service`
const API_SOCKET = `${TRAEFIK}-${PRIVATE}.socket`
const LOG_OF_TRAEFIK = 'journalctl -u rediacc-traefik.service'
const machineOr = (machine: string | undefined): string => machine ?? 'MACHINE'
const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`

interface Upstream {
  readonly container: string
  /** Whether that is the container's own, and not only at its place. */
  readonly isCertain: boolean
  /** Where Traefik connects to. */
  readonly address: string
  readonly port: number
  /** Where something of the container listens. */
  readonly found: string
  readonly foundPort: number
  /** The label that says the port, without its value. */
  readonly label: string
  /** `WEB_IP` */
  readonly variable: string
}

/**
 * Why something can't be reached, beside what the kernel's diagnostics say: each with its sentence and its cure. This is the one table of
 * them; `docs/troubleshooting.md` has a line for each.
 */
export const CAUSES = {
  SERVER_STARTING: cause<{ readonly first: string; readonly more: number }>({
    verdict: 'unrouted',
    says: ({ first, more }) =>
      `the route server serves nothing yet, because it doesn't know every daemon: ${first.replace(/\.$/, '')}${more > 0 ? `, and ${more} more` : ''}`,
    cure: () => 'Wait for startGrace (30 s unless configured), or look at the daemon: route-server doctor',
  }),
  DAEMON_UNWATCHED: cause<{ readonly network: number }>({
    verdict: 'unknown',
    says: ({ network }) =>
      `no daemon of network ${network} is watched here, for there is no socket docker-${network}.sock`,
    cure: ({ network }) => `Start it: systemctl start ${unit(network)}; or look which there are: route-server doctor`,
  }),
  SERVICE_UNKNOWN: cause<{ readonly network: number; readonly service: string; readonly daemon: string }>({
    verdict: 'unknown',
    says: ({ network, service }) => `network ${network} has no container of a service "${service}"`,
    cure: ({ daemon }) =>
      `See what there is, ended containers too: ${ask(daemon)} ps -a; and start it with renet compose -- up -d`,
  }),
  HOST_UNKNOWN: cause<{ readonly host: string; readonly near: string | undefined }>({
    verdict: 'unknown',
    says: ({ near }) => `no container's labels name that host${near === undefined ? '' : `, but there is ${near}`}`,
    cure: ({ host, near }) =>
      near === undefined
        ? `Write it in the rule of a router: traefik.http.routers.NAME.rule=Host(\`${host}\`)`
        : `Ask for ${near}; or write the host in the rule of a router: traefik.http.routers.NAME.rule=Host(\`${host}\`)`,
  }),
  PORT_UNKNOWN: cause<{ readonly port: number; readonly isRegistered: boolean; readonly machine: string | undefined }>({
    verdict: 'unknown',
    says: ({ port, isRegistered }) =>
      isRegistered
        ? `no container asks for port ${port}`
        : `port ${port} isn't registered on this machine, and no container asks for it`,
    cure: ({ port, isRegistered, machine }) =>
      isRegistered
        ? `Give the service the label rediacc.tcp_ports=${port}`
        : `Register it with rdc context set-infra ${machineOr(machine)} --tcp-ports ${port} and rdc context push-infra ${machineOr(machine)}, and give the service the label rediacc.tcp_ports=${port}`,
  }),
  NAME_UNKNOWN: cause<{ readonly near: string | undefined }>({
    verdict: 'unknown',
    says: ({ near }) =>
      `no container, service, router or entry point has that name${near === undefined ? '' : `, but there is ${near}`}`,
    cure: ({ near }) =>
      near === undefined
        ? 'See what runs: docker -H unix:///var/run/rediacc/docker-NETWORK.sock ps -a; what runs on another daemon is not seen'
        : `Ask for ${near}`,
  }),
  NOTHING_MADE: cause<{ readonly container: string }>({
    verdict: 'unrouted',
    says: ({ container }) => `no plugin makes a route of the labels of ${container}`,
    cure: () => 'Set traefik.enable=true and a router; or leave traefik.* labels out, for an automatic route',
  }),
  SERVES_OTHERS: cause<{ readonly container: string; readonly asked: string; readonly near: string | undefined }>({
    verdict: 'unrouted',
    says: ({ container, near }) =>
      `${container} is routed${near === undefined ? '' : ` as ${near}`}, and not under that name`,
    cure: ({ asked, near }) =>
      `${near === undefined ? 'Ask for what it serves' : `Ask for ${near}`}; or write the host in the rule of a router: traefik.http.routers.NAME.rule=Host(\`${asked}\`)`,
  }),
  NOT_TAKEN_IN: cause<{ readonly container: string }>({
    verdict: 'unrouted',
    says: ({ container }) => `${container} was seen a moment ago, and its network's change has yet to be taken in`,
    cure: () => 'Ask again in a few seconds',
  }),
  PATH_UNMATCHED: cause<{ readonly path: string; readonly rules: readonly string[] }>({
    verdict: 'unrouted',
    says: ({ path, rules }) =>
      `its host is routed, but not the path ${path}: ${rules.length === 1 ? 'the rule is' : 'the rules are'} ${listed(rules)}`,
    cure: ({ path }) => `Add the path to a rule: PathPrefix(\`${path}\`)`,
  }),
  FETCH_REFUSED: cause<{ readonly secondsAgo: number }>({
    verdict: 'unreachable',
    says: ({ secondsAgo }) =>
      `Traefik asked for the route document ${secondsAgo} s ago without the right token, and got 401`,
    cure: () =>
      'Give Traefik the token of tokenFile (providers.http.headers: { Authorization: "Bearer …" }): rdc context push-infra does it',
  }),
  FETCH_NEVER: cause<{ readonly seconds: number }>({
    verdict: 'unreachable',
    says: ({ seconds }) => `Traefik has not fetched the route document since the route server started ${seconds} s ago`,
    cure: () =>
      'Look at Traefik: systemctl status rediacc-traefik.service; its providers.http.endpoint has to be /routes.yaml at the address that the route server listens on (http://127.0.0.1:7111/routes.yaml unless its listen says otherwise)',
  }),
  FETCH_OLD: cause<{ readonly seconds: number }>({
    verdict: 'unreachable',
    says: ({ seconds }) =>
      `Traefik fetched the route document last ${seconds} s ago, and does so every 5 s when it runs`,
    cure: () => `Look at Traefik: systemctl status rediacc-traefik.service; ${LOG_OF_TRAEFIK}`,
  }),
  FETCH_BEHIND: cause<{ readonly fetched: number | undefined; readonly current: number }>({
    verdict: 'doubtful',
    says: ({ fetched, current }) =>
      `Traefik has yet to fetch revision ${current}${fetched === undefined ? '' : `; it has ${fetched}`}`,
    cure: () => 'Ask again in 5 seconds',
  }),
  FILE_BEHIND: cause<{ readonly file: string; readonly seconds: number }>({
    verdict: 'doubtful',
    says: ({ file, seconds }) => `Traefik has yet to take what ${file} has since ${seconds} s`,
    cure: () => 'Ask again in 5 seconds',
  }),
  TRAEFIK_ABSENT: cause<{ readonly entryPoint: string; readonly port: number }>({
    verdict: 'unreachable',
    says: ({ entryPoint, port }) =>
      `nobody listens on port ${port} of this machine (entry point ${entryPoint}), so Traefik doesn't run`,
    cure: () => `Start it: systemctl start rediacc-traefik.service; ${LOG_OF_TRAEFIK}`,
  }),
  ENTRY_POINT_CLOSED: cause<{
    readonly entryPoint: string
    readonly port: number
    readonly machine: string | undefined
  }>({
    verdict: 'unreachable',
    says: ({ entryPoint, port }) => `Traefik doesn't listen on port ${port} (entry point ${entryPoint})`,
    cure: ({ port, entryPoint, machine }) =>
      `Register it and push it: rdc context set-infra ${machineOr(machine)} --${entryPoint.startsWith('udp') ? 'udp' : 'tcp'}-ports ${port}, then rdc context push-infra ${machineOr(machine)}`,
  }),
  API_UNTRUSTED: cause<{ readonly why: string }>({
    verdict: 'doubtful',
    says: ({ why }) => `what Traefik made of it isn't known: ${why}, and wasn't shown the password of Traefik's API`,
    cure: () =>
      `See who that is: ss -ltnp; where rdc set the machine up, have systemd listen there again: systemctl restart ${API_SOCKET} rediacc-traefik.service`,
  }),
  ROUTER_ABSENT: cause<{ readonly router: string; readonly fetched: string }>({
    verdict: 'unreachable',
    says: ({ router, fetched }) => `Traefik has no router ${router}, although it is in the route document${fetched}`,
    cure: () => `See what Traefik has against the document: ${LOG_OF_TRAEFIK} | grep ERR`,
  }),
  ROUTER_DISABLED: cause<{ readonly router: string; readonly errors: readonly string[] }>({
    verdict: 'unreachable',
    says: ({ router, errors }) =>
      `Traefik has switched the router ${router} off: ${errors.join('; ') || 'it says no reason'}`,
    cure: ({ errors }) =>
      /middleware/i.test(errors.join())
        ? "Define that middleware in the operator's file, or take it off the router's .middlewares"
        : `Correct what it names; ${LOG_OF_TRAEFIK}`,
  }),
  ROUTER_WARNED: cause<{ readonly router: string; readonly errors: readonly string[] }>({
    verdict: 'doubtful',
    says: ({ router, errors }) => `Traefik warns about the router ${router}: ${errors.join('; ')}`,
    cure: () => "Correct what it names; an entry point that isn't there can be taken off the router's .entrypoints",
  }),
  LISTENS_ON_OTHER_PORT: cause<Upstream>({
    verdict: 'unreachable',
    says: ({ address, port, container, isCertain, found }) =>
      `nothing listens on ${address}:${port}; ${isCertain ? container : `somebody, perhaps ${container},`} listens on ${found}`,
    cure: ({ label, foundPort, port }) => `Set ${label}=${foundPort}, or have the program listen on port ${port}`,
  }),
  LISTENS_ON_OTHER_ADDRESS: cause<Upstream>({
    verdict: 'unreachable',
    says: ({ address, port, container, isCertain, found }) =>
      `nothing listens on ${address}:${port}; ${isCertain ? container : `somebody, perhaps ${container},`} listens on ${found}, where Traefik doesn't look for it`,
    cure: ({ variable, address, port }) =>
      `Have the program listen on \${${variable}}:${port} (${address}:${port}) in place of that`,
  }),
  LISTENS_ON_NOTHING: cause<
    Pick<Upstream, 'container' | 'address' | 'port' | 'variable'> & { readonly daemon: string }
  >({
    verdict: 'unreachable',
    says: ({ address, port, container }) => `nothing listens on ${address}:${port}, where ${container} is expected`,
    cure: ({ variable, port, daemon, container }) =>
      `Have the program listen on \${${variable}}:${port}; what it says of itself: ${ask(daemon)} logs ${container}`,
  }),
  UPSTREAM_REFUSES: cause<{ readonly address: string }>({
    verdict: 'unreachable',
    says: ({ address }) => `${address}, where Traefik connects to, refuses connections`,
    cure: ({ address }) => `Have the service listen on ${address}, or correct the server's address in its labels`,
  }),
  UPSTREAM_SILENT: cause<{ readonly address: string; readonly log: string }>({
    verdict: 'unreachable',
    says: ({ address }) => `${address} takes no connections: nobody answers there in time`,
    cure: ({ log }) => `The program hangs, or has more to do than it can. See what it says: ${log}`,
  }),
  UPSTREAM_ABSENT: cause<{ readonly service: string }>({
    verdict: 'unreachable',
    says: ({ service }) => `its service ${service} has no server now, so Traefik answers 503`,
    cure: () => 'Start a container of it that is healthy',
  }),
  DNS_MISSING: cause<{ readonly host: string; readonly address: string; readonly machine: string | undefined }>({
    verdict: 'unreachable',
    says: ({ host }) => `${host} has no address in DNS`,
    cure: ({ host, address, machine }) =>
      `Add the record "${host}. 300 IN A ${address}", or run: rdc dns apply ${machineOr(machine)}`,
  }),
  DNS_ELSEWHERE: cause<{
    readonly host: string
    readonly addresses: readonly string[]
    readonly address: string
    readonly machine: string | undefined
  }>({
    verdict: 'unreachable',
    says: ({ host, addresses }) =>
      `DNS says that ${host} is at ${listed(addresses)}, which isn't this machine; no certificate is issued either`,
    cure: ({ host, address, machine }) =>
      `Correct the record to "${host}. 300 IN A ${address}", or run: rdc dns apply ${machineOr(machine)}`,
  }),
  DNS_PROXIED: cause<{
    readonly host: string
    readonly addresses: readonly string[]
    readonly machine: string | undefined
  }>({
    verdict: 'doubtful',
    says: ({ host, addresses }) =>
      `DNS leads ${host} to Cloudflare's proxy (${listed(addresses)}): HTTP and HTTPS go through them to where their record says, and no other port does`,
    cure: ({ host, machine }) =>
      `If that isn't meant, switch the proxy off for ${host} (in Cloudflare's DNS settings: DNS only); if it is, see there that the record has this machine's address, and check what they serve: rdc dns check ${machineOr(machine)}`,
  }),
  DNS_UNSURE: cause<{
    readonly host: string
    readonly addresses: readonly string[]
    readonly machine: string | undefined
  }>({
    verdict: 'doubtful',
    says: ({ host, addresses }) =>
      `DNS says that ${host} is at ${listed(addresses)}, and this machine has no public address of that kind itself, so whether that is it isn't known`,
    cure: ({ machine }) => `Check it from outside: rdc dns check ${machineOr(machine)}`,
  }),
  DNS_SILENT: cause<{ readonly host: string; readonly failure: string }>({
    verdict: 'doubtful',
    says: ({ host, failure }) => `this machine's resolver gives no answer for ${host} (${failure})`,
    cure: () => 'Look at /etc/resolv.conf, and whether port 53 is open outwards',
  }),
  CERTIFICATE_REFUSED: cause<{ readonly host: string; readonly reason: string }>({
    verdict: 'unreachable',
    says: ({ host }) => `no certificate is issued for ${host}, so browsers refuse it`,
    cure: ({ reason }) => reason,
  }),
  CERTIFICATE_ABSENT: cause<{ readonly host: string; readonly subject: string; readonly machine: string | undefined }>({
    verdict: 'unreachable',
    says: ({ host, subject }) =>
      `Traefik serves ${host} with a certificate of another name (${subject}), so browsers refuse it`,
    cure: ({ machine, host }) =>
      `If it doesn't come within two minutes: check DNS and the Cloudflare token (Zone:DNS:Edit) with rdc dns check ${machineOr(machine)}, and ${LOG_OF_TRAEFIK} | grep -i acme; a router for ${host} needs tls.certresolver`,
  }),
  CERTIFICATE_EXPIRED: cause<{ readonly host: string; readonly until: string }>({
    verdict: 'unreachable',
    says: ({ host, until }) => `the certificate of ${host} ended at ${until}`,
    cure: () => `See why it wasn't renewed: ${LOG_OF_TRAEFIK} | grep -i acme`,
  }),
  CERTIFICATE_UNTRUSTED: cause<{
    readonly host: string
    readonly issuer: string
    readonly why: string
    readonly isStaging: boolean
    readonly machine: string | undefined
  }>({
    verdict: 'unreachable',
    says: ({ host, issuer, why, isStaging }) =>
      isStaging
        ? `${host} has a certificate of a staging authority (${issuer}), which nobody trusts`
        : `${host} has a certificate that isn't trusted (${issuer}: ${why})`,
    cure: ({ isStaging, machine }) =>
      isStaging
        ? `Go to the real one: rdc context set-infra ${machineOr(machine)} --acme-server letsencrypt, then rdc context push-infra ${machineOr(machine)}`
        : "Set the router's tls.certresolver to one whose authority clients trust",
  }),
  CERTIFICATE_ENDS: cause<{ readonly host: string; readonly days: number; readonly until: string }>({
    verdict: 'doubtful',
    says: ({ host, days, until }) =>
      `the certificate of ${host} ends in ${days} days, at ${until}, and should have been renewed`,
    cure: () => `See why it isn't renewed: ${LOG_OF_TRAEFIK} | grep -i acme`,
  }),
  ANSWER_NOT_FOUND: cause<{ readonly url: string }>({
    verdict: 'unreachable',
    says: ({ url }) => `Traefik answers ${url} with 404, as for a host that nobody has`,
    cure: () => `See whether it took the route document: ${LOG_OF_TRAEFIK} | grep ERR`,
  }),
  ANSWER_BAD: cause<{ readonly url: string; readonly status: number }>({
    verdict: 'unreachable',
    says: ({ url, status }) =>
      `Traefik answers ${url} with ${status}: it has the route, and gets no answer from the service`,
    cure: () => 'Have the program answer on the address and port that stand under servers; see its log',
  }),
  ANSWER_SLOW: cause<{ readonly url: string }>({
    verdict: 'doubtful',
    says: ({ url }) => `${url} gives a visitor no answer within a second`,
    cure: () =>
      "If it needn't take so long, see what the program says of itself in its log; it may have accepted the request and never answer",
  }),
  ANSWER_FAILED: cause<{ readonly url: string; readonly failure: string }>({
    verdict: 'unreachable',
    says: ({ url, failure }) => `Traefik gives no answer for ${url}: ${failure}`,
    cure: () => `Look at Traefik: systemctl status rediacc-traefik.service; ${LOG_OF_TRAEFIK}`,
  }),
  DAEMON_UNHEARD: cause<{
    readonly daemon: string
    readonly since: string
    readonly reason: string
    readonly network: number
  }>({
    verdict: 'doubtful',
    says: ({ daemon, since, reason }) =>
      `its daemon ${daemon} hasn't been heard since ${since}, so what is known of it may be old${reason === '' ? '' : `: ${lower(reason)}`}`,
    cure: ({ network }) => `Look at it: systemctl status ${unit(network)}`,
  }),
} as const

const lower = (sentence: string): string => {
  const clause = sentence.replace(/\.$/, '')
  return clause.charAt(0).toLowerCase() + clause.slice(1)
}

type CauseCode = keyof typeof CAUSES
type AboutOf<C extends CauseCode> = (typeof CAUSES)[C] extends Cause<infer About> ? About : never

/** A finding of that cause. `subject`: the container or router that it is about. */
export function found<C extends CauseCode>(code: C, about: AboutOf<C>, subject?: string): Finding {
  const { verdict, says, cure } = CAUSES[code] as Cause<AboutOf<C>>
  return {
    cause: code,
    verdict,
    says: says(about),
    cure: `${cure(about).replace(/\.$/, '')}.`,
    ...(subject !== undefined && { about: subject }),
  }
}
