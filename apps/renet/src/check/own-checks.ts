import type { ComposeModel, Plan } from '@route-server/compose'
import { otherProtocolOf } from '@route-server/compose'
import type { Level } from '@route-server/plugin-api'

/** Something found in a project, without its place. */
export interface Unplaced {
  readonly code: string
  readonly level: Level
  readonly message: string
  readonly service?: string | undefined
  /** The label at fault, as the compose file spells it. */
  readonly label?: string | undefined
}

const SERVER_PORT = /^traefik\.http\.services\.([^.]+)\.loadbalancer\.server\.port$/i
const SECRET_HEADER =
  /\.headers\.custom(?:request|response)headers\.(?:authorization|.*(?:token|secret|api-?key|password))$/i
/** What only the compose file tells: the route server sees containers, one by one. */
export function ownChecks(model: ComposeModel, plan: Plan): readonly Unplaced[] {
  const labels = Object.entries(model.services).flatMap(([service, { labels = {} }]) =>
    Object.entries(labels).map(([label, value]) => ({ service, label, value: value.replaceAll('$$', '$') })),
  )
  return [
    ...plan.problems.map((text) => ({ code: 'COMPOSE_REFUSED', level: 'error' as const, ...split(text) })),
    ...plan.remarks.map(({ level, text }) => ({
      code: 'COMPOSE_CHANGED',
      level: level === 'warning' ? level : ('info' as const),
      ...split(text),
    })),
    ...labels.flatMap(onPort),
    ...labels.flatMap(onSecret),
    ...Object.entries(model.services).flatMap(([service, { image }]) => onImage(service, image)),
  ]
}

interface Label {
  readonly service: string
  readonly label: string
  readonly value: string
}

/** `service web: it …` */
function split(text: string): { readonly service?: string; readonly message: string } {
  const [, service] = /^service ([^:]+): /.exec(text) ?? []
  return service === undefined ? { message: text } : { service, message: text }
}

function onPort({ service, label, value }: Label): readonly Unplaced[] {
  const protocol = SERVER_PORT.test(label) ? otherProtocolOf(Number(value)) : undefined
  if (protocol === undefined) return []
  return [
    {
      code: 'PORT_NOT_HTTP',
      level: 'warning',
      service,
      label,
      message: `Port ${value} usually speaks ${protocol}, and an HTTP router leads there. Use traefik.tcp.routers and traefik.tcp.services, or the port on which the service speaks HTTP.`,
    },
  ]
}

function onSecret({ service, label }: Label): readonly Unplaced[] {
  if (!SECRET_HEADER.test(label)) return []
  return [
    {
      code: 'SECRET_IN_LABEL',
      level: 'warning',
      service,
      label,
      message:
        'What looks like a secret stands in this label, for everybody who may read the compose file or inspect the container. Let the service read it from a secret instead.',
    },
  ]
}

function onImage(service: string, image = ''): readonly Unplaced[] {
  const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? (image.includes('@') ? 'a digest' : 'latest')
  if (image === '' || tag !== 'latest') return []
  return [
    {
      code: 'IMAGE_UNPINNED',
      level: 'info',
      service,
      message: `The image ${image} is whatever is newest when it is pulled. Name a version, so that the same file starts the same thing.`,
    },
  ]
}
