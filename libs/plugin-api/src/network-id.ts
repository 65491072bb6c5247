import type { NetworkId } from './container.ts'

const STEP = 64
const LAST = 2 ** 24 - STEP

/** Whether a number is a network ID: a multiple of 64 from 64 to 16777152. */
export function isNetworkId(value: number): boolean {
  return value % STEP === 0 && value >= STEP && value <= LAST
}

/** Reads a network ID in canonical decimal: `2816`, never `02816` or `2816.0`. */
export function parseNetworkId(text: string): NetworkId | undefined {
  const value = /^[1-9]\d{1,7}$/.test(text) ? Number(text) : NaN
  return isNetworkId(value) ? value : undefined
}
