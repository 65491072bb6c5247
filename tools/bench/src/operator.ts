import { DEFAULT_POLICY, type Policy } from '@route-server/kernel'
import type { Settings } from '@route-server/plugin-api'
import { BASE_DOMAIN } from './fixtures.ts'

export const SETTINGS: Settings = {
  baseDomain: BASE_DOMAIN,
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure', 'websecure-v6'],
  allowedReferences: [],
}

/** Where all containers of the bench are within their network's shares. */
export const POLICY: Policy = {
  ...DEFAULT_POLICY,
  shares: { ...DEFAULT_POLICY.shares, hosts: Infinity, bytes: Infinity, certificateHosts: Infinity },
}
