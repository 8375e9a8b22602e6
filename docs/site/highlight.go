package main

import (
	"fmt"
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// highlight returns code as HTML with a class for each kind of word: k a keyword, s a
// string, n a number, c a comment. What language is not known, is plain.
func highlight(code, language string) (string, error) {
	lexer := lexers.Get(language)
	if lexer == nil || language == "text" || language == "" {
		return html.EscapeString(code), nil
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root", EnsureLF: false}, code)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, token := range tokens.Tokens() {
		b.WriteString(paint(token.Value, class(token.Type)))
	}
	return b.String(), nil
}

func class(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InSubCategory(chroma.LiteralNumber):
		return "n"
	case t.InCategory(chroma.Keyword):
		return "k"
	}
	return ""
}

// paint marks each line of a word by itself, so that lines can be elements.
func paint(word, class string) string {
	if class == "" {
		return html.EscapeString(word)
	}
	lines := strings.Split(word, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = fmt.Sprintf(`<span class="%s">%s</span>`, class, html.EscapeString(line))
		}
	}
	return strings.Join(lines, "\n")
}

// numbered returns highlighted code with an element for each line, named L1, L2, ….
func numbered(code string) string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(code, "\n"), "\n") {
		fmt.Fprintf(&b, `<span class="line" id="L%d">%s`+"\n</span>", i+1, line)
	}
	return b.String()
}
