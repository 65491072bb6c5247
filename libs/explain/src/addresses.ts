import { isIPv4 } from 'node:net'

const PRIVATE_V4 = /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./
const PRIVATE_V6 = /^(?:::1?$|f[cd]|fe[89ab])/i

/** Whether the world can reach the address. */
export const isPublic = (address: string): boolean =>
  isIPv4(address) ? !PRIVATE_V4.test(address) : !PRIVATE_V6.test(address)
