import { randomInt } from 'node:crypto'

const STEP = 64
/** Far above the IDs that documents and examples use, so that a test never meets a real repository's addresses. */
const FIRST = 0x01_00_00
const LAST = 0xff_00_00

/** A random network ID (a multiple of 64): runs at the same time don't meet on 127.x addresses. */
export function freshNetworkId(): number {
  return randomInt(FIRST / STEP, LAST / STEP) * STEP
}

/** The loopback address of a network's slot (0–60): base + 2 + slot, where the ID's 24 bits are the base's last three bytes. */
export function addressOf(networkId: number, slot: number): string {
  const host = networkId + 2 + slot
  return `127.${host >>> 16}.${(host >>> 8) & 0xff}.${host & 0xff}`
}

/** The labels that `renet compose` gives a service. */
export const injectedLabels = (networkId: number, service: string, slot: number): Record<string, string> => ({
  'rediacc.service_name': service,
  'rediacc.service_ip': addressOf(networkId, slot),
  'rediacc.network_id': String(networkId),
})
