import type { NetworkId } from '@route-server/plugin-api'

/** Slots go from 0 to this one: what is left of a /26 of 64 addresses. */
export const LAST_SLOT = 60

/** The address of a slot's service: base + 2 + slot, where the network ID's 24 bits are the base's last three bytes. */
export const addressOf = (network: NetworkId, slot: number): string => loopback(network + 2 + slot)

/**
 * The address of a one-off (`renet compose -- run`): base + 1, which no slot has. One-offs share it; nothing is routed to it, since the
 * route server takes base + 2 to base + 62 for a service's.
 */
export const oneOffAddressOf = (network: NetworkId): string => loopback(network + 1)

const loopback = (host: number): string => `127.${host >>> 16}.${(host >>> 8) & 0xff}.${host & 0xff}`
