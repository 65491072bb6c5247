import type { Diagnostic, Origin } from '@route-server/plugin-api'

/** Whose it is: `container web-1, service web of /srv/app/compose.yaml`. */
function whoseOf({ container, compose, network, daemon }: Origin): string {
  if (container === undefined) return daemon ?? (network === undefined ? '' : `network ${network}`)
  const from = compose && `service ${compose.service} of ${compose.files ?? `the project ${compose.project}`}`
  return [`container ${container}`, ...(from === undefined ? [] : [from])].join(', ')
}

/** One line for people: what is wrong, whose it is, what to do, and where one reads more. */
export function diagnosticLine({ level, code, origin, message }: Diagnostic): string {
  const whose = whoseOf(origin)
  return `${level} ${code}${whose === '' ? '' : ` (${whose})`}: ${message} More: docs/diagnostics.md#${code.toLowerCase()}`
}
