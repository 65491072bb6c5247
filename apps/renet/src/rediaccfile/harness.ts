/** Where bash finds the descriptor on which it reports. */
export const REPORT = 3

/**
 * What bash runs: the Rediaccfile, then one of its functions. A command that fails ends it, in functions and subshells too, and the first such
 * command is reported with its place. `$1` is the file, `$2` the function.
 */
export const HARNESS = `
set -Eeuo pipefail
trap 'printf "%s %s %s\\n" "$?" "$LINENO" "\${BASH_SOURCE[0]:-\${__rediacc_file}}" >&${REPORT}' ERR
__rediacc_file=$1 __rediacc_function=$2
set --
source "$__rediacc_file"
if ! declare -F "$__rediacc_function" >/dev/null; then
  echo missing >&${REPORT}
  exit 0
fi
"$__rediacc_function"
`

/** What was reported: the function isn't there, or which command failed first. */
export interface Report {
  readonly isMissing: boolean
  readonly place?: string
}

export function readReport(text: string): Report {
  const [first = ''] = text.split('\n', 1)
  const [, line, file] = /^\d+ (\d+) (.+)$/.exec(first) ?? []
  return {
    isMissing: first === 'missing',
    ...(line !== undefined && file !== undefined && { place: `${file}:${line}` }),
  }
}
