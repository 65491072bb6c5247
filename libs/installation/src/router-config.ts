import { DEFAULT_TCP_PORTS, entryPointsOf, type Machine } from '@route-server/machine'
import { stringify } from 'yaml'
import { credentialOf, CURRENT, RESOLVER, ROUTER, ROUTER_ADDRESS, ROUTER_STATE, WATCHED } from './paths.ts'

/** The settings of the machine's route server. */
export function routerConfig(machine: Machine): string {
  return stringify(
    {
      machine: machine.name,
      ...(machine.infra.baseDomain !== undefined && { baseDomain: machine.infra.baseDomain }),
      listen: ROUTER_ADDRESS,
      ...(machine.infra.live && { publish: { file: `${WATCHED}/routes.yaml` } }),
      stateDir: ROUTER_STATE,
      tokenFile: credentialOf(ROUTER, 'routes-token'),
      entryPointsFile: `${CURRENT}/router/entry-points.yaml`,
      certResolvers: [RESOLVER],
      traefikVersion: '3.7',
      dynamicPorts: { tcp: dynamicRange(machine), udp: false },
    },
    { lineWidth: 0 },
  )
}

/** Every entry point, so that a label with another one is told how to register it. */
export const entryPointsFile = ({ infra }: Machine): string =>
  stringify(
    entryPointsOf(infra).map(({ name, protocol, port }) => ({ name, protocol, port })),
    { lineWidth: 0 },
  )

/** The longest run of registered ports among those that are preconfigured for allocation. */
function dynamicRange({ infra }: Machine): string | false {
  const registered = new Set(entryPointsOf(infra).flatMap(({ name, port }) => (name.startsWith('tcp-') ? [port] : [])))
  let best: readonly number[] = []
  let run: number[] = []
  for (const port of DEFAULT_TCP_PORTS.filter((one) => one >= 10_000 && one <= 10_010)) {
    run = registered.has(port) ? [...run, port] : []
    if (run.length > best.length) best = run
  }
  const [first, last] = [best[0], best.at(-1)]
  return first === undefined || last === undefined ? false : `${first}-${last}`
}
