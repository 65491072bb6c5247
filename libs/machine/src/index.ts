/** The description of a machine: what `rdc` keeps of it, and which entry points follow. */
export { DEFAULT_TCP_PORTS, DEFAULT_UDP_PORTS, entryPointsOf, type EntryPoint } from './entry-points.ts'
export { EMPTY_INFRA, type Infra, type Machine, type Reach } from './machine.ts'
