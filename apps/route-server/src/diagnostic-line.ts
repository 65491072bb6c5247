import type { Diagnostic, Origin } from '@route-server/plugin-api'

/** Whose it is: `container web-1, service web of /srv/app/compose.yaml`. */
function whoseOf({ container, compose, network, daemon }: Origin): string {
  if (container === undefined) return daemon ?? (network === undefined ? '' : `network ${network}`)
  const from = compose && `service ${compose.service} of ${compose.files ?? `the project ${compose.project}`}`
  return [`container ${container}`, ...(from === undefined ? [] : [from])].join(', ')
}

/** As an item of a compose file's list of labels, where a `$` is written twice. */
const labelItem = (line: string): string => `    - '${line.replaceAll('$', '$$$$').replaceAll("'", "''")}'`

/**
 * For people: what is wrong, whose it is, what to do, and where one reads more. One line; where there are labels to paste, one more for
 * each.
 */
export function diagnosticLines({ level, code, origin, message, suggestion = '' }: Diagnostic): readonly string[] {
  const whose = whoseOf(origin)
  const more = `More: docs/diagnostics.md#${code.toLowerCase()}`
  const labels = suggestion.includes('\n') ? suggestion.split('\n').map(labelItem) : []
  const text = labels.length === 0 ? `${message} ${more}` : `${more}. ${message}`
  return [`${level} ${code}${whose === '' ? '' : ` (${whose})`}: ${text}`, ...labels]
}
