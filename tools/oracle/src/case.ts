/** One container, in the words of a compose file. */
export interface Service {
  /** Ports that the image exposes, such as `80` or `53/udp`. */
  readonly expose?: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Default 1. */
  readonly replicas?: number
  readonly health?: 'starting' | 'healthy' | 'unhealthy'
  readonly state?: 'running' | 'paused' | 'exited'
}

/** Containers whose labels both sides are asked about: services by name, as one compose file has them. */
export interface Case {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
}

/** The case with every container's labels replaced. */
export const withLabels = (
  { name, services }: Case,
  change: (labels: Service['labels'], service: string) => Service['labels'],
): Case => ({
  name,
  services: Object.fromEntries(
    Object.entries(services).map(([key, service]) => [key, { ...service, labels: change(service.labels, key) }]),
  ),
})
