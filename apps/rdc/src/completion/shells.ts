export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** What `rdc __complete` prints where the name of a file belongs: the shell completes those best. */
export const FILES = ':files'

/** What each shell has to be told. `rdc __complete` gets the words up to the cursor and prints what may stand for the last. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_rdc() {
  local IFS=$'\\n' cur=\${COMP_WORDS[COMP_CWORD]}
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(rdc __complete -- "\${words[@]}" 2>/dev/null))
  if [[ \${COMPREPLY[0]} == ${FILES} ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -F _rdc rdc
`,
  zsh: `#compdef rdc
_rdc() {
  local -a found
  found=("\${(@f)$(rdc __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $found[1] == ${FILES} ]]; then
    _files
  else
    compadd -a found
  fi
}
compdef _rdc rdc
`,
  fish: `function __rdc_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (rdc __complete -- $words[2..-1] 2>/dev/null)
  if test "$found[1]" = ${FILES}
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c rdc -f -a '(__rdc_complete)'
`,
}
