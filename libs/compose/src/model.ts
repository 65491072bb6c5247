/** The part of Docker Compose's own resolved model (`config --format json`) that we read. In its texts a `$` is written twice. */
export interface ComposeModel {
  /** Of the project. */
  readonly name: string
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>
}

export interface ComposeService {
  readonly image?: string
  readonly container_name?: string
  readonly hostname?: string
  readonly profiles?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** `null`: taken over from where compose runs. */
  readonly environment?: Readonly<Record<string, string | null>>
  readonly ports?: readonly ComposePort[]
  /** `5432`, `6000-6002/udp` */
  readonly expose?: readonly string[]
  readonly networks?: Readonly<Record<string, { readonly aliases?: readonly string[] } | null>> | null
  readonly network_mode?: string
  /** `name=address` */
  readonly extra_hosts?: readonly string[]
  /** `db`, `db:database` */
  readonly links?: readonly string[]
  readonly external_links?: readonly string[]
  readonly mac_address?: string
  readonly healthcheck?: { readonly test?: readonly string[] }
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly deploy?: { readonly replicas?: number }
  readonly scale?: number
  /** Something that isn't a container stands behind it. */
  readonly provider?: unknown
  readonly [key: string]: unknown
}

export interface ComposePort {
  /** Port in the container. */
  readonly target: number
  /** On the host: a port, or a range; left out where compose may choose. */
  readonly published?: string
  readonly host_ip?: string
  readonly protocol?: string
}

/** @throws {SyntaxError} where the text isn't what compose prints */
export function parseModel(text: string): ComposeModel {
  const { name, services, networks } = JSON.parse(text) as Partial<ComposeModel>
  return { name: name ?? '', services: services ?? {}, ...(networks && { networks }) }
}
