/** Labels of which anybody may read what they say, in lower case; of all others the value may be a secret. */
const PLAIN: readonly RegExp[] = [
  /^rediacc\.(?:service_name|service_ip|service_port|network_id|one_off|hold)$/,
  /^traefik\.(?:enable|docker\.network)$/,
  /^traefik\.(?:http|tcp|udp)\.routers\.[^.]+\.(?:rule|rulesyntax|entrypoints(?:\[\d+\])?|service|priority|middlewares(?:\[\d+\])?)$/,
  /^traefik\.(?:http|tcp)\.routers\.[^.]+\.tls(?:\.(?:certresolver|passthrough|options|domains\[\d+\]\.(?:main|sans(?:\[\d+\])?)))?$/,
  /^traefik\.(?:http|tcp|udp)\.services\.[^.]+\.loadbalancer\.(?:server|servers\[\d+\])\.(?:port|scheme)$/,
  /^traefik\.http\.services\.[^.]+\.loadbalancer\.healthcheck\.(?:path|port|interval|timeout|scheme|method|status)$/,
]

/** Nobody who named a label like that meant it to be kept to himself. */
const ANYBODYS = /^(?:true|false|)$/i

/** A rule is as long as its author likes. */
const LONGEST = 500

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** A label as anybody may read it: with what it says where that can be no secret, else with `***`. */
export function shownLabel(label: string, value: string): string {
  const isPlain = ANYBODYS.test(value) || PLAIN.some((plain) => plain.test(label.toLowerCase()))
  return `${shortened(label)}=${isPlain ? shortened(value) : '***'}`
}
