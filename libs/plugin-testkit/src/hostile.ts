import type { Container, Plugin, Port } from '@route-server/plugin-api'
import { sections } from '@route-server/traefik'
import type { Node } from '@route-server/traefik'
import { containerAt } from './container.ts'

const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '65536',
  '99999999999999999999',
  'true',
  'a,,b,',
  '`',
  '<<: *x',
  'a: b\n- c',
  'ü \u202e \u0000 \ud800',
  '║',
  'x'.repeat(10_000),
]

const NAMES = ['web', '__proto__', 'constructor', 'a@b', '-', 'ü', '║', 'n'.repeat(2_000)]

const PORTS: readonly (readonly Port[])[] = [
  [],
  [{ number: 53, protocol: 'udp' }],
  [{ number: 65_535, protocol: 'sctp' }],
  [
    { number: 80, protocol: 'tcp' },
    { number: 80, protocol: 'tcp' },
  ],
]

function exposing(ports: readonly Port[] | undefined, labels: Container['labels']): Container {
  const container = containerAt(0)({ labels, exposedPorts: 'unknown' }, 'a hostile container')
  return ports ? { ...container, exposedPorts: ports } : container
}

const LISTENING: readonly (readonly number[])[] = [[65_535], [1, 8080, 65_535]]

/** What can stand in labels below an entry's name: `.loadbalancer.server.port`. */
function fieldsBelow(node: Node): readonly string[] {
  switch (node.kind) {
    case 'struct':
      return Object.entries(node.fields).flatMap(([name, field]) =>
        fieldsBelow(field).map((below) => `.${field.marks.labelName ?? name}${below}`),
      )
    case 'list':
      return fieldsBelow(node.element).map((below) => (node.marks.labelName === undefined ? `[0]${below}` : below))
    case 'map':
      return fieldsBelow(node.value).map((below) => `.x${below}`)
    default:
      return ['', '.x', '[0]']
  }
}

const named = (pattern: string, name: string): string => pattern.replaceAll(/\{[^}]*\}/g, name)

/** Every label that a pattern stands for, each under a name of its own, so that one refusal doesn't hide the others. */
function labelsOf(pattern: string): readonly string[] {
  const section = [...sections].find(([name]) => `${pattern}.`.startsWith(`traefik.${name}.`))
  const fields = section ? fieldsBelow(section[1].value) : ['', '.x']
  return [
    ...fields.map((field, i) => named(pattern, `name${i}`) + field),
    ...NAMES.map((name) => named(pattern, name)),
    ...NAMES.flatMap((name) => fields.slice(0, 1).map((field) => named(pattern, name) + field)),
  ]
}

/**
 * Containers that nobody should start, and somebody will, each with a word on what is odd about it: odd ports, and odd values in
 * all the labels that the plugin reads, under odd names.
 */
export function hostileContainers(plugin: Plugin): ReadonlyMap<string, Container> {
  const read = Object.keys(plugin.labels).flatMap(labelsOf)
  const enabled = { 'traefik.enable': 'true' }
  const ports = [undefined, ...PORTS].flatMap((exposed) => {
    const about = `a container that exposes ${exposed ? JSON.stringify(exposed) : 'nobody knows what'}`
    return [
      [about, exposing(exposed, {})],
      [`${about}, enabled`, exposing(exposed, enabled)],
    ] as const
  })
  const listening = LISTENING.map(
    (listeningPorts) =>
      [
        `a container that listens on ${listeningPorts.join(', ')} and exposes nothing`,
        { ...exposing([], {}), listeningPorts },
      ] as const,
  )
  const values = VALUES.flatMap((value) => {
    const about = `a container with all labels ${JSON.stringify(value.slice(0, 20))}`
    const labels = Object.fromEntries(read.map((label) => [label, value]))
    return [
      [about, exposing([], labels)],
      [`${about}, enabled`, exposing([], { ...labels, ...enabled })],
    ] as const
  })
  return new Map([...ports, ...listening, ...values])
}
