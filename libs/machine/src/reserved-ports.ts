const RESERVED: Readonly<Record<number, string>> = {
  22: 'SSH listens there',
  80: 'the entry point web is there already',
  443: 'the entry points websecure, and HTTP/3, are there already',
  7111: 'the route server listens there',
  8082: "Traefik's private entry point is there",
}

/** Why a machine can't have an entry point for TCP or UDP on the port; nothing where it can. */
export function whyReserved(port: number, sshPort: number | undefined): string | undefined {
  return RESERVED[port] ?? (port === sshPort ? 'SSH listens there' : undefined)
}
