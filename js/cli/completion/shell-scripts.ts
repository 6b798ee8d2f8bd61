// Completion scripts: each asks the command itself, by `complete-words`, and completes files where it has no answer.

const BASH = `# Completion of toolrack for bash
_toolrack_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("$1" complete-words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _toolrack_complete toolrack
`

const ZSH = `#compdef toolrack
# Completion of toolrack for zsh
_toolrack() {
  local -a candidates
  candidates=("\${(@f)$(\${words[1]} complete-words "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then
    candidates=("\${(@)candidates/$'\\t'/:}")
    _describe toolrack candidates
  else
    _files
  fi
}
compdef _toolrack toolrack
`

const FISH = `# Completion of toolrack for fish
function __toolrack_complete
    set -l words (commandline -opc) (commandline -ct)
    command $words[1] complete-words $words[2..-1] 2>/dev/null
end
complete -c toolrack -a '(__toolrack_complete)'
`

/** The script of each shell. */
export const SCRIPTS: Readonly<Record<string, string>> = Object.freeze({ bash: BASH, zsh: ZSH, fish: FISH })
