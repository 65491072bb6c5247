import { nearest } from '@route-server/traefik'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { acmeServer, email } from './acme.ts'
import { publicAddress } from './addresses.ts'
import { reservedPorts } from './change-ports.ts'
import { checked } from './checked.ts'
import { baseDomain } from './domain.ts'
import { EMPTY_INFRA, type Machine } from './machine.ts'
import { portsList } from './ports.ts'
import { machineName, reachShape } from './reach.ts'

/** What `set-infra` sets, as texts; flags and the file have the same. */
export const valueShape = {
  publicIpv4: checked(publicAddress('ipv4')).optional(),
  publicIpv6: checked(publicAddress('ipv6')).optional(),
  baseDomain: checked(baseDomain).optional(),
  certEmail: checked(email).optional(),
  acmeServer: checked(acmeServer).optional(),
  acmeRoot: checked((text) =>
    isAbsolute(text) ? { value: text } : { problem: 'expected the absolute path of a PEM file' },
  ).optional(),
}

const yesOrNo = z.boolean('expected true or false')

const infra = section({
  ...valueShape,
  tcpPorts: portsList.default([]),
  udpPorts: portsList.default([]),
  withoutTcpPorts: portsList.default([]),
  withoutUdpPorts: portsList.default([]),
  defaultPorts: yesOrNo.default(EMPTY_INFRA.defaultPorts),
  http3: yesOrNo.default(EMPTY_INFRA.http3),
  accessLog: yesOrNo.default(EMPTY_INFRA.accessLog),
  live: yesOrNo.default(EMPTY_INFRA.live),
})

/** Where a key has nothing behind it, or isn't there, is an empty mapping. */
const mapping = <Schema extends z.ZodType>(schema: Schema): z.ZodPreprocess<Schema> =>
  z.preprocess((value) => value ?? {}, schema)

const machine = section({ ssh: section(reachShape), infra: mapping(infra) })

/** The whole file. */
export const fileSchema = section({
  machines: mapping(
    z
      .record(z.string(), machine, 'expected a mapping from names of machines to what they are')
      .check(({ value, issues }) => {
        for (const name of Object.keys(value)) {
          const result = machineName(name)
          if ('problem' in result)
            issues.push({ code: 'unrecognized_keys', keys: [name], input: value, message: result.problem })
        }
        for (const [name, machine] of Object.entries(value))
          for (const { key, port, why } of reservedPorts(machine.infra, machine.ssh.port))
            issues.push({
              code: 'custom',
              path: [name, 'infra', key],
              input: machine.infra[key],
              message: `${port} can't be an entry point: ${why}`,
            })
      }),
  ),
}).transform(({ machines }): readonly Machine[] =>
  Object.entries(machines).map(([name, { ssh, infra }]) => ({
    name,
    ssh: present(ssh),
    infra: present(infra),
  })),
)

/** A mapping with these keys and no others. Its message for unknown keys has one line per key. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('\n')
        : `expected a mapping with ${known.join(', ')}`,
  })
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return meant === undefined ? `unknown key; known are ${known.join(', ')}` : `unknown key; did you mean "${meant}"?`
}

type Present<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** Without the keys whose value is `undefined`. */
export function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>
}
