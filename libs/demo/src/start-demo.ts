import { join } from 'node:path'
import { startDaemon } from '@route-server/docker-simulator'
import type { ContainerSpec, SimulatedDaemon } from '@route-server/docker-simulator'
import { listen } from './listeners.ts'
import type { Listener } from './listeners.ts'
import { BASE_DOMAIN, repositories } from './repositories.ts'
import type { DemoService, Repository } from './repositories.ts'

export interface Demo {
  /** A glob for the daemons' sockets. */
  readonly sockets: string
  readonly baseDomain: string
  /** What is there, as the rest of a sentence. */
  readonly about: string
  /** Services that couldn't listen on their addresses. */
  readonly problems: readonly string[]
  close(): Promise<void>
}

/** Somebody deploys now and then, so that there is something to see: the mistake is mended, and made again. */
const DEPLOY_EVERY_MS = 20_000

/** A network's ID is its base address as a 24-bit number: 2816 is 127.0.11.0. */
function addressOf(network: number, slot: number): string {
  const number = network + 2 + slot
  return `127.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`
}

function specOf({ network }: Repository, service: DemoService): ContainerSpec {
  const { name, image, slot, http, tcp, udp, labels, health } = service
  const ports = [http, tcp].flatMap((port) => (port === undefined ? [] : [`${port}/tcp`]))
  return {
    name: `${name}-1`,
    image,
    exposedPorts: [...ports, ...(udp === undefined ? [] : [`${udp}/udp`])],
    labels: {
      'rediacc.service_name': name,
      'rediacc.service_ip': addressOf(network, slot),
      'rediacc.network_id': String(network),
      ...labels,
    },
    ...(health === undefined ? {} : { health }),
  }
}

/** Simulated daemons in a folder, one per repository, and services that really listen on loopback addresses. */
export async function startDemo({ folder }: { readonly folder: string }): Promise<Demo> {
  const daemons: SimulatedDaemon[] = []
  const listeners: Listener[] = []
  const problems: string[] = []
  for (const repository of repositories) {
    const socket = join(folder, `docker-${repository.network}.sock`)
    daemons.push(
      await startDaemon({ socket, containers: repository.services.map((service) => specOf(repository, service)) }),
    )
    for (const service of repository.services) {
      try {
        listeners.push(...(await listen(service, addressOf(repository.network, service.slot))))
      } catch (error) {
        problems.push(
          `The demo's service "${service.name}" can't listen: ${(error as Error).message}. Its route is there all the same.`,
        )
      }
    }
  }
  const turns = repositories.flatMap((repository, index) =>
    (repository.deploys ?? []).map((service) => () => {
      const { name, ...spec } = specOf(repository, service)
      daemons[index]?.recreate(name, spec)
    }),
  )
  let turn = 0
  const deploys = setInterval(() => {
    turns[turn % turns.length]?.()
    turn += 1
  }, DEPLOY_EVERY_MS)
  return {
    sockets: join(folder, 'docker-*.sock'),
    baseDomain: BASE_DOMAIN,
    about: `three simulated daemons with ${repositories.map(({ about, network }) => `${about} (network ${network})`).join(', ')}.`,
    problems,
    async close() {
      clearInterval(deploys)
      await Promise.all([...daemons.map((daemon) => daemon.close()), ...listeners.map((stop) => stop())])
    },
  }
}
