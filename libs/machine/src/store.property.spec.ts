import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EMPTY_INFRA, openMachines, type Machine } from './index.ts'

const port = fc.integer({ min: 10_000, max: 10_030 })
const ports = fc.uniqueArray(port, { maxLength: 8 }).map((all) => all.toSorted((a, b) => a - b))
const maybe = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(value).map((given) => (given === null ? {} : { [key]: given }))
const all = (...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((some) => Object.assign({}, ...some) as object)

// Names and users that YAML takes for something else are the ones that matter.
const word = fc.constantFrom('deploy', 'null', 'true', '1e3', '0x1f', '007', 'no', 'a.b')

const machine: fc.Arbitrary<Machine> = fc
  .tuple(
    fc.constantFrom('server-1', 'null', 'true', '12', '1e3', 'no', 'yes'),
    all(
      fc.constant({ host: '203.0.113.50' }),
      maybe('user', word),
      maybe('port', fc.integer({ min: 1, max: 9_999 })),
      maybe('identity', fc.constantFrom('/home/me/#key', '/a b: c')),
    ),
    all(
      fc.constant(EMPTY_INFRA),
      maybe('publicIpv6', fc.constantFrom('2001:db8::1', '2001:db8::2')),
      maybe('baseDomain', fc.constantFrom('example.com', 'null.example')),
      maybe('tcpPorts', ports),
      maybe('withoutUdpPorts', ports),
      maybe('http3', fc.boolean()),
      maybe('defaultPorts', fc.boolean()),
    ),
  )
  .map(([name, ssh, infra]) => ({ name, ssh, infra }) as Machine)

const change = fc.oneof(
  machine.map((after) => ({ name: after.name, after })),
  machine.map(({ name }) => ({ name, after: undefined })),
)

const start = fc.constantFrom(
  '',
  'machines:\n',
  'machines: {} # none\n',
  '# mine\nmachines:\n  old: {ssh: {host: "1.2.3.4"}, infra: }\n',
)

test('whatever is changed, the file says what was meant, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machines-'))
  try {
    await fc.assert(
      fc.asyncProperty(start, fc.array(change, { maxLength: 10 }), async (text, changes) => {
        writeFileSync(join(folder, 'machines.yaml'), text)
        const store = openMachines(folder)
        const model = new Map((await store.list()).map((one) => [one.name, one]))
        for (const { name, after } of changes) {
          await store.change(name, () => after)
          if (after) model.set(name, after)
          else model.delete(name)
        }
        expect(new Map((await store.list()).map((one) => [one.name, one]))).toEqual(model)
      }),
      { numRuns: 150 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 60_000)
