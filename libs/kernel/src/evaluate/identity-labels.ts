export const NAME = 'rediacc.service_name'
export const ADDRESS = 'rediacc.service_ip'
export const NETWORK = 'rediacc.network_id'
export const ONE_OFF = 'rediacc.one_off'

/** What renet injects, and what a one-off container is asked for with. */
export const IDENTITY_LABELS: readonly string[] = [NAME, ADDRESS, NETWORK, ONE_OFF]
