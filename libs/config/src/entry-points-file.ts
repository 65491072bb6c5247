import { z } from 'zod'
import { ConfigError } from '@route-server/disk/reading'
import { fileLayer, sayingOf, type Layer } from './layer.ts'
import { entryPoint, list, oneOf, section } from './parts.ts'

const PORT = 'expected a port from 1 to 65535'

/** A name, or a mapping that says more of the entry point. */
const registered = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  section({
    name: entryPoint,
    protocol: oneOf(['http', 'tcp', 'udp']).optional(),
    port: z.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT).optional(),
  }).refine(agrees, 'expected the protocol and the port that its name tells: tcp-25 is port 25 of TCP'),
)

/** Labels find TCP and UDP entry points by protocol and port. */
function agrees({
  name,
  protocol,
  port,
}: {
  name: string
  protocol?: string | undefined
  port?: number | undefined
}): boolean {
  const [, named, number] = /^(tcp|udp)-(\d+)$/.exec(name) ?? []
  return named === undefined || ((protocol ?? named) === named && (port ?? Number(number)) === Number(number))
}

const schema = list('a list of entry points', registered)
  .min(1, 'expected at least one entry point')
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'expected each entry point once')

/**
 * The names of the entry points that Traefik has, from the file that `rdc context push-infra` writes.
 *
 * @throws {ConfigError} with every problem that was found, each with its place
 */
export function readEntryPoints(file: string): readonly string[] {
  const layer = open(file)
  const { data, error } = schema.safeParse(layer.values)
  if (!data) throw new ConfigError(sayingOf(layer, error.issues))
  return data.map(({ name }) => name)
}

function open(file: string): Layer {
  try {
    return fileLayer(file)
  } catch (error) {
    if (!(error instanceof ConfigError) || (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT')
      throw error
    const cure = 'Write it with rdc context push-infra, or leave entryPointsFile out.'
    throw new ConfigError(
      error.problems.map((problem) => `${problem} ${cure}`),
      { cause: error },
    )
  }
}
