import { askApi } from './api.ts'
import type { Api } from './api.ts'
import { fieldsOf } from './fields.ts'

export interface TraefikMachine {
  /** `3.7.15` */
  readonly version: string
  /** By name: `203.0.113.50:443`. */
  readonly entryPoints: Readonly<Record<string, string>>
}

/** What Traefik is. @throws where it doesn't answer, or somebody else does */
export async function readMachine(api: Api, signal: AbortSignal): Promise<TraefikMachine> {
  const [version, entryPoints] = await Promise.all(
    ['/api/version', '/api/entrypoints'].map((path) => askApi(api, path, signal)),
  )
  const { Version } = fieldsOf(version?.body)
  const points = entryPoints?.body
  if (typeof Version !== 'string' || !Array.isArray(points)) throw new Error("There is no API of Traefik's there")
  return {
    version: Version,
    entryPoints: Object.fromEntries(
      points.flatMap((point) => {
        const { name, address } = fieldsOf(point)
        return typeof name === 'string' && typeof address === 'string' ? [[name, address]] : []
      }),
    ),
  }
}
