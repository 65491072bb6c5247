/** Where a machine keeps its repositories, unless told. To have them on another disk, mount it there. */
const USUAL = '/var/lib/rediacc/repositories'

export const storeFolder = (env: Readonly<Record<string, string | undefined>>): string => env['REDIACC_STORE'] || USUAL
