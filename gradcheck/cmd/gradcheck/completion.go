package main

import (
	"fmt"
	"strings"

	"github.com/adjoint-ad/adjoint/gradcheck"
)

// completion prints a script with which a shell completes the commands, and the codes
// of explain.
func completion(e env, args []string) int {
	var names, codes []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	for _, c := range gradcheck.Codes() {
		codes = append(codes, string(c))
	}
	shell := ""
	if len(args) == 1 {
		shell = args[0]
	}
	words, explained := strings.Join(names, " "), strings.Join(codes, " ")
	switch shell {
	case "bash":
		fmt.Fprintf(e.out, `_gradcheck() {
	local word=${COMP_WORDS[COMP_CWORD]}
	case $COMP_CWORD:${COMP_WORDS[1]} in
	1:*) COMPREPLY=($(compgen -W %q -- "$word")) ;;
	2:explain) COMPREPLY=($(compgen -W %q -- "$word")) ;;
	*) COMPREPLY=($(compgen -f -- "$word")) ;;
	esac
}
complete -o default -F _gradcheck gradcheck
`, words, explained)
	case "zsh":
		fmt.Fprintf(e.out, `#compdef gradcheck
_gradcheck() {
	case $CURRENT in
	2) compadd -- %s ;;
	3) [[ $words[2] == explain ]] && compadd -- %s || _files ;;
	*) _files ;;
	esac
}
compdef _gradcheck gradcheck
`, words, explained)
	case "fish":
		fmt.Fprintf(e.out, "complete -c gradcheck -n __fish_use_subcommand -f -a %q\ncomplete -c gradcheck -n '__fish_seen_subcommand_from explain' -f -a %q\n", words, explained)
	case "-h", "-help":
		fmt.Fprint(e.out, completionHelp)
	default:
		fmt.Fprint(e.err, completionHelp)
		return cannot
	}
	return right
}

const completionHelp = `Usage: gradcheck completion bash|zsh|fish

	source <(gradcheck completion bash)
	gradcheck completion zsh > "${fpath[1]}/_gradcheck"
	gradcheck completion fish > ~/.config/fish/completions/gradcheck.fish
`
