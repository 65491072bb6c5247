import { type Attachment, type Container, hexId, isUp, sorted } from './container.ts'
import { statusText } from './status.ts'

/** One item of `GET /containers/json`, cut where the only part stands that changes by itself: the status text. */
export interface ListItem {
  readonly beforeStatus: string
  readonly afterStatus: string
}

export function listItem(container: Container): ListItem {
  const before = {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: imageId(container),
    Command: container.command.map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word}'`)).join(' '),
    Created: Math.floor(container.created / 1000),
    Ports: isUp(container) ? listedPorts(container) : [],
    Labels: container.labels,
    State: container.state,
  }
  const after = {
    HostConfig: { NetworkMode: container.networkMode },
    NetworkSettings: { Networks: networks(container, null) },
    Mounts: [],
  }
  return {
    beforeStatus: `${JSON.stringify(before).slice(0, -1)},"Status":`,
    afterStatus: `,${JSON.stringify(after).slice(1)}`,
  }
}

export function listItemText({ beforeStatus, afterStatus }: ListItem, container: Container, now: number): string {
  return `${beforeStatus}"${statusText(container, now)}"${afterStatus}`
}

/** The answer to `GET /containers/{id}/json`: what readers of a container's routes and addresses use. */
export function inspection(container: Container) {
  const { id, spec, state, command, labels, image, networkMode } = container
  return {
    Id: id,
    Created: isoTime(container.created),
    Path: command[0] ?? '',
    Args: command.slice(1),
    State: {
      Status: state,
      Running: isUp(container),
      Paused: state === 'paused',
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: isUp(container) ? 1000 + (parseInt(id.slice(0, 4), 16) % 30000) : 0,
      ExitCode: container.exitCode,
      Error: '',
      StartedAt: isoTime(container.startedAt),
      FinishedAt: isoTime(container.finishedAt),
      ...(container.health !== 'none' && { Health: inspectedHealth(container) }),
    },
    Image: imageId(container),
    Name: `/${container.name}`,
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    HostConfig: {
      Binds: null,
      NetworkMode: networkMode,
      PortBindings: portBindings(container),
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      AutoRemove: false,
      Links: null,
    },
    Mounts: [],
    Config: {
      Hostname: networkMode === 'host' ? 'simulator' : id.slice(0, 12),
      ...(exposedPorts(container).length > 0 && {
        ExposedPorts: Object.fromEntries(exposedPorts(container).map((port) => [port, {}])),
      }),
      Env: spec.env ?? null,
      Cmd: command,
      Image: image,
      Labels: labels,
    },
    NetworkSettings: {
      Ports: isUp(container) ? inspectedPorts(container) : {},
      IPAddress: '',
      Networks: networks(container, networkMode === 'host' ? null : [id.slice(0, 12)]),
    },
  }
}

function inspectedHealth({ health, healthLog }: Container) {
  const lastSuccess = healthLog.findLastIndex(({ exitCode }) => exitCode === 0)
  return {
    Status: health,
    FailingStreak: healthLog.length - 1 - lastSuccess,
    Log: healthLog.map(({ start, end, exitCode, output }) => ({
      Start: isoTime(start),
      End: isoTime(end),
      ExitCode: exitCode,
      Output: output,
    })),
  }
}

const imageId = ({ image }: Container) => `sha256:${hexId(`image ${image}`)}`

const isoTime = (time?: number) => (time === undefined ? '0001-01-01T00:00:00Z' : new Date(time).toISOString())

function exposedPorts({ spec }: Container): string[] {
  return [...new Set([...(spec.exposedPorts ?? []), ...Object.keys(spec.publishedPorts ?? {})])].sort()
}

/** Docker tells no ports of a container in the host's network, whatever it exposes or publishes. */
function ownPorts(container: Container): string[] {
  return ['host', 'none'].includes(container.networkMode) ? [] : exposedPorts(container)
}

function listedPorts(container: Container) {
  return ownPorts(container).map((port) => {
    const [number, protocol = 'tcp'] = port.split('/')
    const published = container.spec.publishedPorts?.[port]
    return {
      ...(published && { IP: published.ip ?? '0.0.0.0' }),
      PrivatePort: Number(number),
      ...(published && { PublicPort: published.port }),
      Type: protocol,
    }
  })
}

function inspectedPorts(container: Container) {
  const bindings = portBindings(container, '0.0.0.0')
  return Object.fromEntries(ownPorts(container).map((port) => [port, bindings[port] ?? null]))
}

function portBindings({ spec }: Container, anyAddress = '') {
  return Object.fromEntries(
    Object.entries(sorted(spec.publishedPorts ?? {})).map(([port, { ip = anyAddress, port: hostPort }]) => [
      port,
      [{ HostIp: ip, HostPort: String(hostPort) }],
    ]),
  )
}

function networks(container: Container, aliases: readonly string[] | null) {
  return Object.fromEntries(
    Object.entries(container.networks).map(([name, attachment]) => [
      name,
      endpoint(container, name, attachment, aliases),
    ]),
  )
}

/** A container that never started has no network ID yet, and one that isn't up no endpoint and no address. */
function endpoint(container: Container, network: string, { ip, ipv6 }: Attachment, aliases: readonly string[] | null) {
  const up = isUp(container)
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases,
    NetworkID: container.state === 'created' ? '' : networkId(network),
    EndpointID: up ? hexId(`endpoint ${container.id} ${network}`) : '',
    Gateway: up && ip ? ip.replace(/\d+$/, '1') : '',
    IPAddress: (up && ip) || '',
    IPPrefixLen: up && ip ? 16 : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: (up && ipv6) || '',
    GlobalIPv6PrefixLen: up && ipv6 ? 64 : 0,
    MacAddress: '',
    DriverOpts: null,
  }
}

export const networkId = (name: string) => hexId(`network ${name}`)
