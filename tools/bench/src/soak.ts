import { parseArgs } from 'node:util'
import { defaultPlugins } from '@route-server/assembly'
import { createKernel, type Resident, type ResidentChange } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { containerOf, networkOf } from './fixtures.ts'
import { POLICY, SETTINGS } from './operator.ts'
import { figure, printTable } from './table.ts'

const USAGE = 'npm run soak -- [--events N] [--containers N] [--seconds N]'

/** The heap may grow by so much from here on. */
const FROM = 10_000
const MOST_GROWTH = 1.05
const POLL_EVERY = 100

const whole = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}".`)
  return Number(text)
}

/** MiB that are reachable. */
function heap(): number {
  if (!globalThis.gc) throw new Error('Start it with node --expose-gc.')
  // What finalizers and weak maps let go of is only free the second time.
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** Of the network, by number. */
type Containers = Map<number, Container>

const serving = (container: Container): readonly [id: string, Resident] => [
  container.id,
  { container, presence: 'serving' },
]

/** The nth event: a container goes, comes back with another rule, or is replaced by its like; every one that comes has an ID of its own. */
function happen(containers: Containers, event: number, count: number): ResidentChange {
  // Coprime to the count, so that every container has its turn.
  const index = (event * 7919) % count
  const last = containers.get(index)
  if (last && event % 3 === 0) {
    containers.delete(index)
    return new Map([[last.id, undefined]])
  }
  const id = (0x1000_0000 + event).toString(16).padStart(64, '0')
  const like = { ...containerOf(0, index), id, created: 1_700_000_000 + event }
  const fresh = last ? like : { ...like, labels: { ...like.labels, ...otherRule(like, event) } }
  containers.set(index, fresh)
  return new Map<string, Resident | undefined>([...(last ? [[last.id, undefined] as const] : []), serving(fresh)])
}

/** One of three hosts: who changed hosts without end would have claims without end, until they lapse. */
const otherRule = ({ name, labels }: Container, event: number): Readonly<Record<string, string>> =>
  'traefik.enable' in labels
    ? { [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.turn${event % 3}.example.org\`)` }
    : {}

/** Event after event through the kernel, in this process; resolves to whether the heap stayed as it was. */
async function soak(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '1000000' },
      containers: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '3600' },
    },
  })
  const events = whole('events', values.events)
  const count = whole('containers', values.containers)
  const end = performance.now() + 1000 * whole('seconds', values.seconds)
  const kernel = createKernel(await defaultPlugins(), SETTINGS, POLICY)
  const containers = new Map(Array.from({ length: count }, (_, index) => [index, containerOf(0, index)]))
  const network = networkOf(0)
  const take = (change: ResidentChange): void => void kernel.apply(new Map([[network, change]]), 0)
  take(new Map([...containers.values()].map(serving)))
  const rows: (readonly string[])[] = []
  let [base, last, done, next] = [NaN, NaN, 0, Math.min(1_000, events)]
  const look = (): void => {
    const { length } = kernel.document().bytes()
    last = heap()
    if (done === FROM) base = last
    rows.push([String(done), figure(last), figure(last / base), String(containers.size), figure(length / 1000)])
  }
  while (done < events && performance.now() < end) {
    take(happen(containers, done, count))
    done += 1
    // Somebody polls now and then.
    if (done % POLL_EVERY === 0 && kernel.revised()) kernel.document().bytes()
    if (done < next && done < events) continue
    look()
    next = done < FROM ? FROM : Math.min(events, done + Math.max(FROM, Math.ceil(events / 10)))
  }
  if (done < events) look()
  process.stdout.write(
    `${printTable({
      columns: ['events', 'heap MiB', `of that at ${FROM}`, 'containers', 'kB'],
      rows,
      notes: done < events ? [`Ended after ${values.seconds} s, at ${done} of ${events} events.`] : [],
    })}\n`,
  )
  return !(last / base > MOST_GROWTH)
}

try {
  if (!(await soak(process.argv.slice(2)))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`soak: ${error instanceof Error ? error.message : String(error)}\n  ${USAGE}\n`)
  process.exitCode = 1
}
