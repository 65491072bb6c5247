import { parseArgs } from 'node:util'
import { defaultPlugins } from '@route-server/assembly'
import { createKernel, EMPTY_LEDGER, rostersOf } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { containerOf, networkOf, socketOf } from './fixtures.ts'
import { POLICY, SETTINGS } from './operator.ts'
import { figure, printTable } from './table.ts'

const USAGE = 'npm run soak -- [--events N] [--containers N] [--seconds N]'

/** The heap may grow by so much from here on. */
const FROM = 10_000
const MOST_GROWTH = 1.05

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

/** The nth event: a container goes, comes back with another rule, or is replaced by its like; every one that comes has an ID of its own. */
function happen(containers: Map<number, Container>, event: number, count: number): void {
  // Coprime to the count, so that every container has its turn.
  const index = (event * 7919) % count
  const id = (0x1000_0000 + event).toString(16).padStart(64, '0')
  const fresh = { ...containerOf(0, index), id, created: 1_700_000_000 + event }
  if (!containers.has(index))
    containers.set(index, { ...fresh, labels: { ...fresh.labels, ...otherRule(fresh, event) } })
  else if (event % 3 === 0) containers.delete(index)
  else containers.set(index, fresh)
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
  let ledger = EMPTY_LEDGER
  const render = (): number => {
    const listing = { network, daemon: socketOf('/run', 0), containers: [...containers.values()] }
    const rendering = kernel.render({ rosters: rostersOf(new Map([[network, listing]])), ledger })
    ledger = rendering.ledger
    return rendering.bytes.length
  }
  const rows: (readonly string[])[] = []
  let [base, last, bytes, done, next] = [NaN, NaN, render(), 0, Math.min(1_000, events)]
  while (done < events && performance.now() < end) {
    happen(containers, done, count)
    bytes = render()
    done += 1
    if (done < next && done < events) continue
    last = heap()
    if (done === FROM) base = last
    rows.push([String(done), figure(last), figure(last / base), String(containers.size), figure(bytes / 1000)])
    next = done < FROM ? FROM : Math.min(events, done + Math.max(FROM, Math.ceil(events / 10)))
  }
  if (done < events) {
    last = heap()
    rows.push([String(done), figure(last), figure(last / base), String(containers.size), figure(bytes / 1000)])
  }
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
