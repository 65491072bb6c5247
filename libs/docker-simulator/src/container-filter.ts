import { type Container, isUp } from './container.ts'
import { EngineError } from './engine-error.ts'
import { type Filters, matchesLabels } from './filters.ts'

type Matches = (container: Container, wanted: readonly string[]) => boolean

const FILTERS: Readonly<Record<string, Matches>> = {
  id: () => true,
  name: (container, wanted) =>
    wanted.some((pattern) => matchesName(pattern, container.name) || matchesName(pattern, `/${container.name}`)),
  label: (container, wanted) => matchesLabels(wanted, container.labels),
  status: (container, wanted) => wanted.includes(container.state),
  health: (container, wanted) => wanted.includes(container.health),
  network: (container, wanted) => wanted.some((name) => name in container.networks),
}

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']
const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy']

/** Whether a listing shows the container. Filters by ID are `Containers`' matter, which knows whether a prefix names one container only. */
export function containerFilter(filters: Filters, all: boolean): (container: Container) => boolean {
  check(filters)
  const showsAll = all || (filters.get('status')?.length ?? 0) > 0
  const active = Object.entries(FILTERS).flatMap(([name, matches]) => {
    const wanted = filters.get(name) ?? []
    return wanted.length > 0 ? [(container: Container) => matches(container, wanted)] : []
  })
  return (container) => (showsAll || isUp(container)) && active.every((matches) => matches(container))
}

function check(filters: Filters): void {
  const unknown = [...filters.keys()].find((name) => !(name in FILTERS))
  if (unknown !== undefined) throw new EngineError(400, `Invalid filter '${unknown}'`)
  const status = filters.get('status')?.find((value) => !STATUSES.includes(value))
  if (status !== undefined) throw new EngineError(400, `Invalid filter 'status=${status}'`)
  const health = filters.get('health')?.find((value) => !HEALTHS.includes(value))
  if (health !== undefined) throw new EngineError(400, `Unrecognised filter value for health: ${health}`)
}

function matchesName(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name)
  } catch {
    return pattern === name
  }
}
