import { sections } from '@route-server/traefik'
import type { Node, Obsolete, SectionName } from '@route-server/traefik'

/** One label that Traefik reads, as the reference shows it. */
interface LabelRow {
  readonly label: string
  readonly type: string
  readonly note: string
}

const TYPES: Readonly<Record<Node['kind'], string>> = {
  string: 'text',
  boolean: '`true` or `false`',
  integer: 'whole number',
  duration: 'duration (`30s`, or seconds)',
  strings: 'list, separated by commas',
  list: 'list',
  struct: '`true`, or its fields',
  map: 'map',
  raw: "a Traefik plugin's options",
  internal: '',
}

function noteOf({ marks }: Node): string {
  const { default: standard, values, refers, obsolete } = marks
  return [
    ...(values ? [`one of ${values.map((value) => `\`${value}\``).join(', ')}`] : []),
    ...(refers ? [`names of \`${refers}\``] : []),
    ...(obsolete ? [`${obsolete.effect === 'none' ? 'without effect' : 'on its way out'}: ${obsolete.instead}`] : []),
    ...(standard === undefined ? [] : [`default \`${String(standard)}\``]),
  ].join('; ')
}

/** `above`: what is said of the struct that it belongs to. */
function rowsOf(label: string, node: Node, above?: Obsolete): readonly LabelRow[] {
  if (node.kind === 'internal' || node.marks.label === 'ignored') return []
  const obsolete = node.marks.obsolete ?? above
  const row = {
    label,
    type: TYPES[node.kind],
    note: noteOf({ ...node, marks: { ...node.marks, ...(obsolete && { obsolete }) } }),
  }
  const fields = (struct: Node, prefix: string): readonly LabelRow[] =>
    struct.kind === 'struct'
      ? Object.entries(struct.fields).flatMap(([name, field]) =>
          rowsOf(`${prefix}.${(field.marks.labelName ?? name).toLowerCase()}`, field, obsolete),
        )
      : []
  switch (node.kind) {
    case 'struct':
      return [...(node.marks.allowEmpty ? [row] : []), ...fields(node, label)]
    case 'list':
      return fields(node.element, node.marks.labelName === undefined ? `${label}[0]` : label)
    case 'map':
      return rowsOf(`${label}.{name}`, node.value, obsolete)
    case 'raw':
      return [{ ...row, label: `${label}.{option}` }]
    default:
      return [row]
  }
}

const TITLES: Partial<Readonly<Record<SectionName, string>>> = {
  'http.routers': 'HTTP routers',
  'http.services': 'HTTP services',
  'http.middlewares': 'HTTP middlewares',
  'tcp.routers': 'TCP routers',
  'tcp.services': 'TCP services',
  'tcp.middlewares': 'TCP middlewares',
  'udp.routers': 'UDP routers',
  'udp.services': 'UDP services',
}

const OURS = `# Labels

<!-- Made from libs/traefik/src/schema by \`npm run docs\`; a test holds them together. -->

## Ours

\`renet compose\` injects the first three; they are believed only where they agree with the daemon's socket.

| label | meaning | example |
|---|---|---|
| \`rediacc.service_name\` | the service; as a DNS label (lower case, \`_\` and \`.\` become \`-\`) it is the first part of the automatic host | \`myapp\` |
| \`rediacc.service_ip\` | its loopback address, one of the network's | \`127.0.11.2\` |
| \`rediacc.network_id\` | the repository | \`2816\` |
| \`rediacc.service_port\` | the port of the automatic route; without it, [what the image exposes or what is seen listening](operating.md#the-port-of-an-automatic-route) | \`8080\` |
| \`rediacc.tcp_ports\`, \`rediacc.udp_ports\` | ports of the service that get an entry point each, without any \`traefik.*\` label; a comma list | \`5432\` |
| \`rediacc.hold\` | \`0\`: requests don't wait while the container is recreated; see [the hold](operating.md#the-hold) | \`0\` |
| \`rediacc.one_off\` | \`true\`: routes a container that \`docker compose run\` made | \`true\` |

A container with these and no \`traefik.*\` label is reachable under \`{service}-{networkID}.{baseDomain}\`. Services for internal use need
nothing more: ports that are known not to speak HTTP (databases, queues, mail …) are never routed automatically.

## Traefik's

They count with \`traefik.enable=true\`; \`traefik.enable=false\` means no route at all. The syntax is Traefik v3's. \`{name}\` is any identifier; letter case doesn't
matter but in names. The server's address is the container's own.
`

/** docs/labels.md: our labels, and every label of Traefik's that has an effect. */
export function labelReference(): string {
  const parts = [...sections].flatMap(([section, node]) => {
    const title = TITLES[section]
    if (title === undefined) return []
    const rows = rowsOf(`traefik.${section}`, node).map(
      ({ label, type, note }) => `| \`${label}\` | ${type} | ${note} |`,
    )
    return [`### ${title}\n\n| label | value | |\n|---|---|---|\n${rows.join('\n')}\n`]
  })
  return [OURS, ...parts].join('\n')
}
